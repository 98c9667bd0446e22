package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker that lets nobody in but by TLS and with a password, and nobody do what no ACL allows.
 * People come by SCRAM; the broker itself, which is its own client, by PLAIN, because SCRAM's
 * passwords lie in the cluster that is not there yet.
 */
final class SecuredBroker implements AutoCloseable {
  private static final String STORE_PASSWORD = "keystore-secret";
  private static final String OWN_PASSWORD = "broker-secret";
  private static final int ITERATIONS = 4096;

  private final Path truststore;
  private final EmbeddedBroker broker;

  private SecuredBroker(Path truststore, EmbeddedBroker broker) {
    this.truststore = truststore;
    this.broker = broker;
  }

  static SecuredBroker start(Path directory) throws Exception {
    Path keystore = directory.resolve("broker.p12");
    makeKeystore(keystore);
    Path truststore = directory.resolve("trust.p12");
    makeTruststore(keystore, truststore);
    Map<String, String> settings = new HashMap<>();
    // The listener that clients see keeps its name, and is no longer plain.
    settings.put("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put(
        "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(
        "listener.name.plaintext.plain.sasl.jaas.config",
        jaas("plain.Plain", "broker", OWN_PASSWORD)
            .replace(";", " user_broker=\"%s\";")
            .formatted(OWN_PASSWORD));
    settings.put("ssl.keystore.location", keystore.toString());
    settings.put("ssl.keystore.password", STORE_PASSWORD);
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.truststore.location", truststore.toString());
    settings.put("ssl.truststore.password", STORE_PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's listener is plain here, on a port of its own.
    settings.put("super.users", "User:broker;User:ANONYMOUS");
    return new SecuredBroker(
        truststore, EmbeddedBroker.start(directory.resolve("broker"), settings));
  }

  private static void makeKeystore(Path keystore) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-validity",
                "3650",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(keystore.resolveSibling("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(keytool.exitValue())
        .as(Files.readString(keystore.resolveSibling("keytool.log")))
        .isZero();
  }

  private static void makeTruststore(Path keystore, Path truststore)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      keys.load(in, STORE_PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("broker", keys.getCertificate("broker"));
    try (OutputStream out = Files.newOutputStream(truststore)) {
      trusted.store(out, STORE_PASSWORD.toCharArray());
    }
  }

  private static String jaas(String module, String user, String password) {
    return "org.apache.kafka.common.security.%sLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(module, user, password);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** What a client says that trusts the broker and has a password, without the address. */
  Map<String, String> security(String user) {
    return clients("SCRAM-SHA-512", jaas("scram.Scram", user, password(user)));
  }

  private Map<String, String> clients(String mechanism, String jaas) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        mechanism,
        "sasl.jaas.config",
        jaas,
        "ssl.truststore.location",
        truststore.toString(),
        "ssl.truststore.password",
        STORE_PASSWORD,
        "ssl.truststore.type",
        "PKCS12");
  }

  /** What a client says that may do anything. */
  Map<String, Object> superUser() {
    Map<String, Object> clients =
        new HashMap<>(clients("PLAIN", jaas("plain.Plain", "broker", OWN_PASSWORD)));
    clients.put("bootstrap.servers", bootstrapServers());
    return clients;
  }

  private static String password(String user) {
    return user + "-secret";
  }

  /** Gives users passwords, but no rights. */
  void addUsers(String... users) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(superUser())) {
      for (String user : users) {
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        user,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                        password(user))))
            .all()
            .get();
      }
    }
  }

  void allow(Collection<AclBinding> rights) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(superUser())) {
      admin.createAcls(rights).all().get();
      await()
          .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(rights));
    }
  }

  void withdraw(AclBinding right) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(superUser())) {
      assertThat(admin.deleteAcls(List.of(right.toFilter())).all().get()).containsExactly(right);
      // The controller answers before the broker's authorizer has heard of it.
      await().until(() -> admin.describeAcls(right.toFilter()).values().get().isEmpty());
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
