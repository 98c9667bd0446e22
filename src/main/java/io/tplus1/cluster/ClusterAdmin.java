package io.tplus1.cluster;

import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.topic.TopicComparison;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicProvisioner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * An admin client of the configuration's cluster, with its security, that waits no longer than it
 * is told.
 */
public final class ClusterAdmin implements AutoCloseable {
  private final String bootstrapServers;
  private final Duration timeout;
  private final boolean secured;
  private final Configuration configuration;
  private final Admin admin;

  /**
   * @param client what the brokers' logs call it
   * @param timeout longest wait for an answer
   * @throws KafkaException if no address can be made of the configuration's, or {@link
   *     BootstrapServers} refuse theirs
   */
  public ClusterAdmin(Configuration configuration, String client, Duration timeout) {
    this(
        configuration,
        BootstrapServers.beginWithWhoAnswers(
            ClientProperties.of(configuration).admin(client), timeout),
        timeout);
  }

  private ClusterAdmin(
      Configuration configuration, Map<String, Object> settings, Duration timeout) {
    this.bootstrapServers = configuration.bootstrapServers();
    this.timeout = timeout;
    this.secured = configuration.isSecured();
    this.configuration = configuration;
    settings.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, RequestTimeout.milliseconds(timeout));
    RequestTimeout.set(settings, timeout);
    this.admin = Admin.create(settings);
  }

  /**
   * As the constructor, for whoever has asked {@link BootstrapServers} a moment ago.
   *
   * @param settings of the client, with the addresses that it begins with
   */
  public static ClusterAdmin ofAsked(
      Configuration configuration, Map<String, Object> settings, Duration timeout) {
    return new ClusterAdmin(configuration, settings, timeout);
  }

  public Admin admin() {
    return admin;
  }

  /**
   * What holds topics against their contracts.
   *
   * @param role what is to start on them
   */
  public TopicProvisioner topics(Role role) {
    return new TopicProvisioner(admin, timeout, secured, Contracts.readers(configuration, role));
  }

  /**
   * Checks topics, and makes those that are missing.
   *
   * @param role what is to start on them
   * @param create whether it may make them; else what is missing is a difference
   * @return how they are now: all are there, and fit
   * @throws TimeoutException in a sentence, if no broker answers
   * @throws KafkaException if a topic differs from its contract, or may not be made
   */
  public TopicComparison provision(Role role, List<TopicContract> contracts, boolean create) {
    try {
      return topics(role).provision(contracts, create);
    } catch (TimeoutException e) {
      throw noAnswer(e);
    }
  }

  /**
   * Waits for an answer.
   *
   * @throws TimeoutException in a sentence, if none comes
   * @throws KafkaException what the brokers answered, if they refused
   */
  public <T> T answer(Future<T> asked) {
    try {
      return asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException cause) {
        throw noAnswer(cause);
      }
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw noBroker();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * What to say when no answer came in time: brokers may be there, and have said again and again
   * why there is none, as for want of a coordinator.
   */
  public TimeoutException noAnswer(TimeoutException timedOut) {
    return Reason.chain(timedOut)
        .filter(ApiException.class::isInstance)
        .filter(why -> !(why instanceof TimeoutException || why instanceof DisconnectException))
        .findFirst()
        .map(
            why ->
                new TimeoutException(
                    "the brokers of bootstrap.servers=%s had no answer within %d s: %s"
                        .formatted(bootstrapServers, timeout.toSeconds(), why.getMessage()),
                    timedOut))
        .orElseGet(this::noBroker);
  }

  /** What to say when nobody answers. */
  private TimeoutException noBroker() {
    return noBroker(bootstrapServers, timeout);
  }

  /** The same for clients of another kind. */
  public static TimeoutException noBroker(String bootstrapServers, Duration timeout) {
    return new TimeoutException(
        "no broker of bootstrap.servers=%s answered within %d s: check the address, the network and the security settings"
            .formatted(bootstrapServers, timeout.toSeconds()));
  }

  @Override
  public void close() {
    // Closing patiently would wait for the answers that did not come.
    admin.close(Duration.ZERO);
  }
}
