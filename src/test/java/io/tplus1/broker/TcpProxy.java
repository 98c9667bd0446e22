package io.tplus1.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes bytes to a port of the loopback address and back. While it is cut, connections stay open
 * and new ones are accepted, but nothing passes: to both ends as if a cable were out.
 */
final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 65_536;
  private static final int BACKLOG = 50;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  TcpProxy(int target) {
    this.target = target;
    try {
      int port = LoopbackPorts.free(1).get(0);
      this.server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("proxy-" + target, this::accept);
  }

  String address() {
    return LoopbackPorts.HOST + ":" + server.getLocalPort();
  }

  void cut() {
    cut = true;
  }

  /** What was swallowed is gone, so those connections are of no use any more. */
  void mend() {
    sockets.forEach(TcpProxy::closeQuietly);
    sockets.clear();
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        near.setTcpNoDelay(true);
        sockets.add(near);
        if (!cut) {
          connect(near);
        }
      } catch (IOException e) {
        // The proxy was closed.
      }
    }
  }

  private void connect(Socket near) {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      far.setTcpNoDelay(true);
      sockets.add(far);
      start("proxy-up-" + target, () -> pass(near, far));
      start("proxy-down-" + target, () -> pass(far, near));
    } catch (IOException refused) {
      sockets.remove(near);
      closeQuietly(near);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!cut) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException broken) {
      // Either end is gone.
    }
    if (!cut) {
      sockets.remove(from);
      sockets.remove(to);
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    mend();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
