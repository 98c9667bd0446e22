package io.tplus1.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** An answer that is worked out once in a while, however often it is asked for. Any thread. */
final class RecentAnswer implements Handler {
  private static final Duration FRESH = Duration.ofMillis(100);

  private final Handler handler;
  private final LongSupplier nanoClock;
  private Answer last;
  private long atNanos;

  RecentAnswer(Handler handler, LongSupplier nanoClock) {
    this.handler = handler;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized Answer answer(Call call) throws Refusal, IOException {
    long now = nanoClock.getAsLong();
    if (last == null || now - atNanos > FRESH.toNanos()) {
      last = handler.answer(call);
      atNanos = now;
    }
    return last;
  }
}
