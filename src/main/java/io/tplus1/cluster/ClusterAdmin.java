package io.tplus1.cluster;

import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.topic.AdminAnswers;
import io.tplus1.topic.TopicProvisioner;
import io.tplus1.topic.TopicTrial;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/**
 * An admin client of the configuration's cluster, with its security, that waits no longer than it
 * is told.
 */
public final class ClusterAdmin implements AutoCloseable {
  private final AdminAnswers answers;
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
    this.answers = new AdminAnswers(configuration.bootstrapServers(), timeout);
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
    return new TopicProvisioner(
        admin, answers, configuration.isSecured(), Contracts.readers(configuration, role));
  }

  /** What asks whether topics would be made. */
  public TopicTrial trial() {
    return new TopicTrial(admin, answers);
  }

  /**
   * Waits for an answer.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException in a sentence, if none comes
   * @throws KafkaException what the brokers answered, if they refused
   */
  public <T> T answer(Future<T> asked) {
    return answers.answer(asked);
  }

  @Override
  public void close() {
    // Closing patiently would wait for the answers that did not come.
    admin.close(Duration.ZERO);
  }
}
