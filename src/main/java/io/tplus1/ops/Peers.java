package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the other instances of the application. What it asks them carries {@code scope=local}, so
 * that nobody asks further. Who did not answer in time is not asked again for {@value
 * #HELD_BACK_SECONDS} s: each request would wait for him. For any thread.
 */
final class Peers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(1);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);
  private static final int HELD_BACK_SECONDS = 10;

  /** In bytes, more than of 1,000 vectors of 1,000 features: another service may listen there. */
  private static final int LARGEST_ANSWER = 32 << 20;

  private static final int MOST_THREADS = 16;

  private final HttpSettings settings;
  private final Optional<String> token;
  private final Supplier<List<HostInfo>> instances;
  private final Duration longestAnswer;
  private final LongSupplier nanoClock;

  /** Until when those that did not answer are not asked, by address. */
  private final Map<String, Long> heldBack = new ConcurrentHashMap<>();

  /** Looking a name up holds one for up to half a minute, whoever is asked under it. */
  private final ExecutorService threads =
      Executors.newFixedThreadPool(MOST_THREADS, DaemonThreads.named("peers"));

  /** Past any proxy that the JVM's options name: it would read the token, and all answers. */
  private final HttpClient client =
      HttpClient.newBuilder()
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(LONGEST_CONNECT)
          .executor(threads)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** What the others are asked for, and how it is known that an instance answers. */
  enum About {
    OVERVIEW,
    HISTORY,
    LIST,
    /** The one of these that most know nothing of, which they answer 404. */
    SERIES;

    private boolean isIn(JsonNode said) {
      return switch (this) {
        case OVERVIEW -> isListOf(said.path("instances"), one -> one.path("reasons").isArray());
        case HISTORY -> isListOf(said.path("points"), JsonNode::isArray);
        case LIST -> isListOf(said.path("series"), one -> one.path("key").isTextual());
        case SERIES -> said.path("key").isTextual();
      };
    }

    private static boolean isListOf(JsonNode list, Predicate<JsonNode> test) {
      return list.isArray() && StreamSupport.stream(list.spliterator(), false).allMatch(test);
    }
  }

  /**
   * What the others said.
   *
   * @param answers of each that had something to say
   * @param heard the addresses of these
   * @param silent those that did not answer, or not as an instance does, or refused, then with the
   *     status behind the address
   */
  record Answers(List<ObjectNode> answers, List<String> heard, List<String> silent) {

    /** Says in what is made of the answers whose part is missing. */
    ObjectNode putSilent(ObjectNode json) {
      ArrayNode names = json.putArray("silent");
      silent.forEach(names::add);
      return json;
    }
  }

  /**
   * @param instances all instances, this one among them
   */
  Peers(HttpSettings settings, Supplier<List<HostInfo>> instances) {
    this(settings, instances, LONGEST_ANSWER, System::nanoTime);
  }

  Peers(
      HttpSettings settings,
      Supplier<List<HostInfo>> instances,
      Duration longestAnswer,
      LongSupplier nanoClock) {
    this.settings = settings;
    this.token = settings.token().map(PeerToken::of);
    this.instances = instances;
    this.longestAnswer = longestAnswer;
    this.nanoClock = nanoClock;
  }

  /** The address by which others reach this instance; empty where they cannot. */
  String self() {
    return settings.advertised().orElse("");
  }

  /** Whether an address is this instance's own. */
  boolean isSelf(HostInfo host) {
    return settings.advertised().equals(Optional.of(address(host)));
  }

  private static String address(HostInfo host) {
    return HttpSettings.address(host.host(), host.port());
  }

  /**
   * Asks all others at once.
   *
   * @param path an address with its query, encoded
   */
  Answers askAll(About about, String path) {
    Map<String, CompletableFuture<HttpResponse<byte[]>>> asked = new LinkedHashMap<>();
    for (HostInfo host : instances.get()) {
      if (!isSelf(host)) {
        asked.put(address(host), send(host, path));
      }
    }
    List<ObjectNode> answers = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    asked.forEach(
        (host, answer) -> {
          try {
            HttpResponse<byte[]> response = answer.join();
            int status = response.statusCode();
            if (status == 200) {
              answers.add(read(about, response));
              heard.add(host);
            } else if (status == 404 && about == About.SERIES) {
              read(about, response); // Nothing, if it is an instance that says so.
            } else {
              silent.add(host + " (status " + status + ")");
            }
          } catch (CompletionException | IOException e) {
            LOG.debug("{} did not answer {}", host, path, e);
            silent.add(host);
          }
        });
    return new Answers(answers, heard, silent);
  }

  /**
   * What an instance says: what it is asked for, or what is wrong.
   *
   * @throws IOException if that is nothing of the kind: another service may listen at its address
   */
  private static ObjectNode read(About about, HttpResponse<byte[]> response) throws IOException {
    JsonNode said = Json.read(response.body());
    if (said instanceof ObjectNode json
        && (response.statusCode() == 200 ? about.isIn(json) : json.path("error").isTextual())) {
      return json;
    }
    throw new IOException("what came is not what an instance says: " + said.getNodeType());
  }

  /**
   * Asks the instance that keeps a series and hands its answer on: what it knows, that it knows
   * nothing, or that nobody can tell for now.
   *
   * @throws Refusal with its address, if it does not answer, or not as an instance does, or not to
   *     this one
   */
  Answer ask(HostInfo host, String path) throws Refusal {
    HttpResponse<byte[]> response;
    try {
      response = send(host, path).join();
    } catch (CompletionException e) {
      LOG.debug("{} did not answer {}", host, path, e);
      throw refusal(502, host, "did not answer");
    }
    int status = response.statusCode();
    if (status == 200 || status == 404 || status == 503) {
      try {
        // Written anew: in an event's one line a peer's own could end it.
        return Answer.json(status, read(About.SERIES, response));
      } catch (IOException e) {
        LOG.debug("{} did not answer {}", host, path, e);
        throw refusal(502, host, "answered what no instance says, with status " + status);
      }
    }
    throw refusal(
        status == 429 ? 503 : 502,
        host,
        "refused with status "
            + status
            + (status == 401
                ? ": http.token and the release must be the same on every instance"
                : ""));
  }

  private static Refusal refusal(int status, HostInfo host, String does) {
    return new Refusal(
        status, "the instance %s, which keeps this, %s".formatted(address(host), does));
  }

  private CompletableFuture<HttpResponse<byte[]>> send(HostInfo host, String path) {
    String address = address(host);
    Long until = heldBack.get(address);
    if (until != null && nanoClock.getAsLong() - until < 0) {
      return CompletableFuture.failedFuture(new HttpTimeoutException("it was silent just now"));
    }
    HttpRequest request;
    try {
      request = request(address, path);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e); // No address that can be asked.
    }
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(request, answer -> new BoundedBody(LARGEST_ANSWER));
    // A request's own timeout is for the headers alone.
    return asked
        .copy()
        .orTimeout(longestAnswer.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                heldBack.remove(address);
              } else if (costTime(failure)) {
                asked.cancel(true); // Else its connection waits on.
                heldBack.put(
                    address, nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(HELD_BACK_SECONDS));
              }
            });
  }

  /** Who refuses a connection has not kept anybody waiting, and sent nothing. */
  private static boolean costTime(Throwable failure) {
    return failure instanceof TimeoutException
        || failure.getCause() instanceof HttpTimeoutException
        || failure.getCause() instanceof BoundedBody.TooLarge;
  }

  private HttpRequest request(String address, String path) {
    String scope = (path.indexOf('?') < 0 ? "?" : "&") + "scope=local";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + path + scope)).GET();
    token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
    return request.build();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
