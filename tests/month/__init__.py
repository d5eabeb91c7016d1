"""Days with dense troubles, thrown by dice: what must never happen is looked for at every minute.

A seed is half a day, in which one trouble follows the other after short calms, so that some seventy seeds
last as long as a month, with far more troubles than any month has. Time is the clock fixture's, polls go over
a real socket, each at its moment; nothing is compressed but the calm. `LIBREVIEW_SEEDS=200 pytest
tests/month/test_month.py` throws 200 of them, `LIBREVIEW_SEED=17` one again. A seed that fails names itself
and tells what has happened so far.

    world      the cloud, the person and the house: time that passes, restarts, what the person does
    troubles   all that can be the matter, a row each
    truth      what the cloud knows, and thus what may be shown and must be
    watch      what must never happen, looked for at every minute and at the end
"""
