package io.tplus1.broker;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Passes requests of Kafka's clients to a port of the loopback address, and bytes back. While it is
 * cut, connections stay open and new ones are accepted, but nothing passes: to both ends as if a
 * cable were out. While commits are held, those alone wait.
 */
final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 65_536;
  private static final int BACKLOG = 50;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object commits = new Object();
  private volatile boolean cut;
  private boolean commitsHeld;
  private int commitsWaiting;

  /**
   * Opens one.
   *
   * @param port its own
   * @param target the one to pass to
   */
  TcpProxy(int port, int target) {
    this.target = target;
    try {
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

  /**
   * From now on commits of transactions wait here, each with whatever its connection sends next.
   */
  void holdCommits() {
    synchronized (commits) {
      commitsHeld = true;
      commitsWaiting = 0;
    }
  }

  /** How many commits wait here. */
  int commitsWaiting() {
    synchronized (commits) {
      return commitsWaiting;
    }
  }

  /** Lets the commits go on. */
  void releaseCommits() {
    synchronized (commits) {
      commitsHeld = false;
      commitsWaiting = 0;
      commits.notifyAll();
    }
  }

  private void awaitCommitsGoOn() throws IOException {
    synchronized (commits) {
      if (commitsHeld) {
        commitsWaiting++;
      }
      try {
        while (commitsHeld) {
          commits.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
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
      start("proxy-up-" + target, () -> passUntilBroken(near, far, this::passRequests));
      start("proxy-down-" + target, () -> passUntilBroken(far, near, this::passBytes));
    } catch (IOException refused) {
      sockets.remove(near);
      closeQuietly(near);
    }
  }

  /** How bytes go from one end to the other; returns at their end. */
  private interface Passage {
    void pass(InputStream in, OutputStream out) throws IOException;
  }

  private void passUntilBroken(Socket from, Socket to, Passage passage) {
    try {
      passage.pass(from.getInputStream(), to.getOutputStream());
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

  private void passBytes(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      if (!cut) {
        out.write(buffer, 0, read);
      }
    }
  }

  /** A request is its size (32 bits), then its kind (16 bits), then the rest. */
  private void passRequests(InputStream from, OutputStream out) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from, BUFFER));
    while (true) {
      ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + in.readInt());
      request.putInt(request.capacity() - Integer.BYTES);
      in.readFully(request.array(), request.position(), request.remaining());
      if (request.getShort() == ApiKeys.END_TXN.id) {
        awaitCommitsGoOn();
      }
      if (!cut) {
        out.write(request.array());
      }
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
    releaseCommits();
    mend();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
