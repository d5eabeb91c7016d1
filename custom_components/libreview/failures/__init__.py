"""What each failure means, in one table, and what people are told: the only place that creates issues.

`problems` is the table of failures and `issue_kinds` that of issues. `login_issues` and `issues` create and
delete issues. Uses the entry's data, the cloud's errors, and Home Assistant's issue registry.
"""
