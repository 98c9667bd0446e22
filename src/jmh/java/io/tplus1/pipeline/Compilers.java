package io.tplus1.pipeline;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** How much the compilers of another JVM have to do; one thread. */
final class Compilers implements AutoCloseable {
  private final JMXConnector connector;
  private final CompilationMXBean compilation;
  private long readNanos;
  private long compiledMs;

  private Compilers(JMXConnector connector) throws IOException {
    this.connector = connector;
    this.compilation =
        ManagementFactory.newPlatformMXBeanProxy(
            connector.getMBeanServerConnection(),
            ManagementFactory.COMPILATION_MXBEAN_NAME,
            CompilationMXBean.class);
    this.compiledMs = compilation.getTotalCompilationTime();
    this.readNanos = System.nanoTime();
  }

  /** Attaches to the JVM with a process id. */
  static Compilers of(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return new Compilers(
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("process " + pid + ": " + e.getMessage(), e);
    }
  }

  /** Cores that they took since the last call, or since this was made. */
  double load() {
    long before = compiledMs;
    long since = readNanos;
    compiledMs = compilation.getTotalCompilationTime();
    readNanos = System.nanoTime();
    return (compiledMs - before) * 1e6 / (readNanos - since);
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
