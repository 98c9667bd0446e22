package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.cluster.Role;
import io.tplus1.instance.StreamUnderTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** Runs of {@code tplus1 doctor}, and what the last of them said. */
final class DoctorRuns {
  private final Path directory;
  private final StringWriter out = new StringWriter();

  /**
   * None yet.
   *
   * @param directory where streams' settings are written for the command
   */
  DoctorRuns(Path directory) {
    this.directory = directory;
  }

  /** What the last run printed. */
  String out() {
    return out.toString();
  }

  int topicsCreate(StreamUnderTest stream) throws Exception {
    return execute("topics", "create", "--config", write(stream).toString());
  }

  JsonNode doctor(int code, StreamUnderTest stream) throws Exception {
    return doctor(code, stream, Role.ALL);
  }

  JsonNode doctor(int code, StreamUnderTest stream, Role role) throws Exception {
    String name = role.name().toLowerCase(Locale.ROOT);
    int ended = execute("doctor", "--json", "--role", name, "--config", write(stream).toString());
    assertThat(ended).as(out.toString()).isEqualTo(code);
    return new ObjectMapper().readTree(out.toString());
  }

  /** Has brokers make topics of groups and transactions, of which {@code doctor} then asks. */
  static void askFirst(Admin admin) {
    List<String> none = List.of("none");
    assertThatThrownBy(() -> admin.describeConsumerGroups(none).all().get())
        .hasCauseInstanceOf(GroupIdNotFoundException.class);
    assertThatThrownBy(() -> admin.describeTransactions(none).all().get())
        .hasCauseInstanceOf(TransactionalIdNotFoundException.class);
  }

  static List<String> all(JsonNode report, String check, String level) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : report.get("findings")) {
      if (one.get("check").asText().equals(check) && one.get("level").asText().equals(level)) {
        found.add(one.get("found").asText() + " → " + one.path("remedy").asText());
      }
    }
    assertThat(found).as(check + " " + level + " in " + report).isNotEmpty();
    return found;
  }

  static String found(JsonNode report, String check, String level) {
    return all(report, check, level).get(0).replaceFirst(" → $", "");
  }

  int execute(String... arguments) {
    out.getBuffer().setLength(0);
    PrintWriter print = new PrintWriter(out, true);
    return Main.commandLine().setOut(print).setErr(print).execute(arguments);
  }

  Path write(StreamUnderTest stream) throws Exception {
    return stream.write(Files.createTempFile(directory, "doctor", ".properties"));
  }
}
