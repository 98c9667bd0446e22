package io.tplus1.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A port of the JDK that takes nothing but TLS, and for the rest has no certificate either. */
public final class TlsPort implements AutoCloseable {
  private final SSLServerSocket server;

  private TlsPort(SSLServerSocket server) {
    this.server = server;
  }

  public static TlsPort open() throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    TlsPort port =
        new TlsPort(
            (SSLServerSocket)
                context
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread serving = new Thread(port::serve, "tls");
    serving.setDaemon(true);
    serving.start();
    return port;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        ((SSLSocket) client).startHandshake();
      } catch (IOException e) {
        // Whoever comes without TLS has been told so by an alert; or this closes.
      }
    }
  }

  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
