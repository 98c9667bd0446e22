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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.Utils;

/**
 * How ports begin to answer somebody without TLS who asks for the versions of requests, which
 * brokers tell anybody. All are asked at once, so that one that is away, or that accepts and says
 * nothing, takes no time from the others. For one thread.
 */
final class FirstAnswers implements AutoCloseable {
  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;
  private static final int TLS_VERSION = 0x03;

  /** A port that is asked, and the first two bytes of what it answers. */
  private record Asked(String server, ByteBuffer answer) {}

  private final Selector selector;
  private final Set<String> withTls = new HashSet<>();
  private boolean otherwise;
  private int waiting;

  private FirstAnswers(Selector selector) {
    this.selector = selector;
  }

  /**
   * The servers that answer in TLS, where none answers otherwise; else none.
   *
   * @param servers addresses as Kafka's clients take them, which try all that a host has
   */
  static Set<String> allInTls(List<String> servers, Duration longest) throws IOException {
    try (FirstAnswers answers = new FirstAnswers(Selector.open())) {
      for (String server : servers) {
        answers.ask(server);
        answers.selector.selectNow(answers::go);
        if (answers.otherwise) {
          return Set.of();
        }
      }
      long end = System.nanoTime() + longest.toNanos(); // Names take what they take.
      long leftMs = longest.toMillis();
      while (answers.waiting > 0 && !answers.otherwise && leftMs > 0) {
        answers.selector.select(answers::go, leftMs);
        leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      return answers.otherwise ? Set.of() : answers.withTls;
    }
  }

  private void ask(String server) {
    String host = Utils.getHost(server);
    if (host == null) {
      return;
    }
    try {
      int port = Utils.getPort(server);
      for (InetAddress address : InetAddress.getAllByName(host)) {
        connect(server, new InetSocketAddress(address, port));
      }
    } catch (UnknownHostException
        | IllegalArgumentException e) { // The latter of a port that is none
      return;
    }
  }

  private void connect(String server, InetSocketAddress address) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      SelectionKey key =
          channel.register(
              selector, SelectionKey.OP_CONNECT, new Asked(server, ByteBuffer.allocate(2)));
      waiting++;
      try {
        if (channel.connect(address)) {
          say(key, channel);
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
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        say(key, channel);
      } else {
        hear(key, channel, (Asked) key.attachment());
      }
    } catch (IOException e) {
      end(key);
    }
  }

  /** What is so short is taken at once, or never. */
  private static void say(SelectionKey key, SocketChannel channel) throws IOException {
    channel.write(versionsRequest());
    key.interestOps(SelectionKey.OP_READ);
  }

  private void hear(SelectionKey key, SocketChannel channel, Asked asked) throws IOException {
    ByteBuffer answer = asked.answer();
    boolean ended = channel.read(answer) < 0;
    if (!answer.hasRemaining()) {
      boolean tls =
          (answer.get(0) == ALERT || answer.get(0) == HANDSHAKE) && answer.get(1) == TLS_VERSION;
      if (tls) {
        withTls.add(asked.server());
      } else {
        otherwise = true;
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
