package io.tplus1.pipeline;

import io.tplus1.ChildBeans;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;

/** How busy parts of another JVM are; for one thread. */
final class Busy implements AutoCloseable {
  private final JMXConnector connector;
  private final CompilationMXBean compilation;
  private final ThreadMXBean threads;
  private long readNanos;
  private long compiledMs;

  private Busy(JMXConnector connector) throws IOException {
    this.connector = connector;
    MBeanServerConnection beans = connector.getMBeanServerConnection();
    this.compilation =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.COMPILATION_MXBEAN_NAME, CompilationMXBean.class);
    this.threads =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    this.compiledMs = compilation.getTotalCompilationTime();
    this.readNanos = System.nanoTime();
  }

  /** Attaches to the JVM with a process id. */
  static Busy of(long pid) throws IOException {
    return new Busy(ChildBeans.connect(pid));
  }

  /** Cores that compilers took since the last call, or since this was made. */
  double compilers() {
    long before = compiledMs;
    long since = readNanos;
    compiledMs = compilation.getTotalCompilationTime();
    readNanos = System.nanoTime();
    return (compiledMs - before) * 1e6 / (readNanos - since);
  }

  /** CPU time of the threads of a name, in nanoseconds; those that have ended are forgotten. */
  double cpuNanos(String thread) {
    double sum = 0;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().equals(thread)) {
        sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
      }
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
