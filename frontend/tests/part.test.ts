import { beforeEach, expect, test, vi } from "vitest";
import { Part } from "../src/part";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test("a part whose file is gone is known to be missing, and is asked for again now and then", async () => {
  const load = vi.fn(async () => {
    throw new TypeError("Failed to fetch dynamically imported module");
  });
  const changed = vi.fn();
  const part = new Part(load);
  for (let second = 0; second < 150; second += 5) {
    part.want(changed);
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(part).toMatchObject({ isLoaded: false, isMissing: true });
  expect(load).toHaveBeenCalledTimes(3);
  expect(changed).toHaveBeenCalledTimes(3);
});

test("a part that is there is loaded once", async () => {
  const load = vi.fn(async () => ({}));
  const part = new Part(load);
  part.want(vi.fn());
  await vi.advanceTimersByTimeAsync(100_000);
  part.want(vi.fn());
  expect(part).toMatchObject({ isLoaded: true, isMissing: false });
  expect(load).toHaveBeenCalledTimes(1);
});
