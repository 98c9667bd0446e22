package io.tplus1;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The beans of another JVM that runs here, by which it is looked at from outside. */
public final class ChildBeans {
  private ChildBeans() {}

  /** Attaches to the JVM with a process id. */
  @SuppressWarnings("BanJNDI") // A child of our own answers.
  public static JMXConnector connect(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("process " + pid + ": " + e.getMessage(), e);
    }
  }
}
