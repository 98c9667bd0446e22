package io.tplus1.ops;

import java.util.concurrent.ThreadFactory;

/** Threads that hold up no end of the process. */
final class DaemonThreads {
  private DaemonThreads() {}

  /** Makes threads of one name. */
  static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
