package io.tplus1.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.Utils;

/**
 * How ports begin to answer. Somebody without TLS asks for the versions of requests, which brokers
 * tell anybody; somebody with TLS says hello. All are asked at once, so that one that is away, or
 * that accepts and says nothing, takes no time from the others. For one thread.
 */
final class FirstAnswers implements AutoCloseable {
  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;
  private static final int TLS_VERSION = 0x03;

  /** A port that is asked, by what, and the first two bytes of what it answers. */
  private record Asked(String server, ByteBuffer question, ByteBuffer answer) {}

  /**
   * Who had answered, and how, when one answered as the asking client speaks.
   *
   * @param withTls servers that speak TLS, with the asking client if it does
   * @param plain servers that answer without TLS, as brokers do
   * @param strange whether another answered without TLS
   */
  record Heard(Set<String> withTls, Set<String> plain, boolean strange) {}

  private final Selector selector;
  private final boolean tls;
  private final Set<String> withTls = new HashSet<>();
  private final Set<String> plain = new HashSet<>();
  private boolean strange;
  private int waiting;

  private FirstAnswers(Selector selector, boolean tls) {
    this.selector = selector;
    this.tls = tls;
  }

  /**
   * Asks until one answers as the client speaks, all have answered, or time is over.
   *
   * @param servers addresses as Kafka's clients take them, which try all that a host has
   * @param tls whether the client speaks TLS
   * @throws IOException if the process cannot ask
   */
  static Heard of(List<String> servers, boolean tls, Duration longest) throws IOException {
    try (FirstAnswers answers = new FirstAnswers(Selector.open(), tls)) {
      for (String server : servers) {
        answers.ask(server);
        answers.selector.selectNow(answers::go);
        if (answers.isEnough()) {
          return answers.heard();
        }
      }
      long end = System.nanoTime() + longest.toNanos(); // Names take what they take.
      long leftMs = longest.toMillis();
      while (answers.waiting > 0 && !answers.isEnough() && leftMs > 0) {
        answers.selector.select(answers::go, leftMs);
        leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      return answers.heard();
    }
  }

  private boolean isEnough() {
    return tls ? !withTls.isEmpty() : !plain.isEmpty();
  }

  private Heard heard() {
    return new Heard(Set.copyOf(withTls), Set.copyOf(plain), strange);
  }

  private void ask(String server) throws IOException {
    String host = Utils.getHost(server);
    if (host == null) {
      return;
    }
    try {
      int port = Utils.getPort(server);
      ByteBuffer question = tls ? hello(host, port) : versionsRequest();
      for (InetAddress address : InetAddress.getAllByName(host)) {
        Asked asked = new Asked(server, question.duplicate(), ByteBuffer.allocate(2));
        connect(asked, new InetSocketAddress(address, port));
      }
    } catch (UnknownHostException
        | IllegalArgumentException e) { // The latter of a port that is none
      return;
    }
  }

  private void connect(Asked asked, InetSocketAddress address) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, asked);
      waiting++;
      try {
        if (channel.connect(address)) {
          say(key, channel, asked);
        }
      } catch (IOException | IllegalArgumentException e) { // The latter of a family not spoken here
        end(key);
      }
    } catch (IOException e) {
      return; // Of channels, the process has no more.
    }
  }

  private void go(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    Asked asked = (Asked) key.attachment();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        say(key, channel, asked);
      } else {
        hear(key, channel, asked);
      }
    } catch (IOException e) {
      end(key);
    }
  }

  /** What is so short is taken at once, or never. */
  private static void say(SelectionKey key, SocketChannel channel, Asked asked) throws IOException {
    channel.write(asked.question());
    key.interestOps(SelectionKey.OP_READ);
  }

  private void hear(SelectionKey key, SocketChannel channel, Asked asked) throws IOException {
    ByteBuffer answer = asked.answer();
    boolean ended = channel.read(answer) < 0;
    if (!answer.hasRemaining()) {
      if ((answer.get(0) == ALERT || answer.get(0) == HANDSHAKE) && answer.get(1) == TLS_VERSION) {
        // An alert is TLS, and to who speaks it a refusal, which comes sooner than any handshake.
        if (!tls || answer.get(0) == HANDSHAKE) {
          withTls.add(asked.server());
        }
      } else if (answer.get(0) == 0) { // The size of a short answer
        plain.add(asked.server());
      } else {
        strange = true;
      }
      end(key);
    } else if (ended) {
      end(key);
    }
  }

  private void end(SelectionKey key) {
    waiting--;
    close(key);
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      return; // Nobody waits for it.
    }
  }

  /** With the name of the host, by which a proxy may know whom to ask. */
  private static ByteBuffer hello(String host, int port) throws IOException {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine(host, port);
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      return hello.flip();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  /** In the first version of the request and of its header. */
  private static ByteBuffer versionsRequest() {
    byte[] client = "tplus1".getBytes(US_ASCII);
    int size = 2 * Short.BYTES + Integer.BYTES + Short.BYTES + client.length;
    return ByteBuffer.allocate(Integer.BYTES + size)
        .putInt(size)
        .putShort(ApiKeys.API_VERSIONS.id)
        .putShort((short) 0)
        .putInt(0)
        .putShort((short) client.length)
        .put(client)
        .flip();
  }

  @Override
  public void close() throws IOException {
    selector.keys().forEach(FirstAnswers::close);
    selector.close();
  }
}
