package io.tplus1.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** When each of many things is due, at a rate that others change. One thread waits. */
final class Pace {
  /** How far behind its rate whoever waits may fall before it gives up what it missed. */
  private static final long MOST_BEHIND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private volatile Thread waiting;
  private volatile double perSecond;
  private volatile boolean over;
  private long due = System.nanoTime();

  /** From now on so many a second; 0, as at first: none. */
  void rate(double things) {
    perSecond = things;
    LockSupport.unpark(waiting);
  }

  /** From now on nobody waits. */
  void end() {
    over = true;
    LockSupport.unpark(waiting);
  }

  boolean isOver() {
    return over;
  }

  /** Waits until the next thing is due. */
  void await() {
    waiting = Thread.currentThread();
    double rate = perSecond;
    while (rate == 0 && !over) {
      LockSupport.park(this);
      rate = perSecond;
      due = System.nanoTime();
    }
    if (over) {
      return;
    }
    due = Math.max(due, System.nanoTime() - MOST_BEHIND_NANOS);
    due += (long) (TimeUnit.SECONDS.toNanos(1) / rate);
    while (System.nanoTime() < due && !over) {
      LockSupport.parkNanos(this, due - System.nanoTime());
    }
  }
}
