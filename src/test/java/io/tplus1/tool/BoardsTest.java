package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Grafana's boards draw on one axis. */
final class BoardsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("project.root", "."), "config", "grafana", "dashboards");
  private static final List<String> BOARDS =
      List.of("tplus1-models.json", "tplus1-quality.json", "tplus1-streams.json");

  private static List<String> expressions(String board, String metric) throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode panel :
        new ObjectMapper().readTree(FOLDER.resolve(board).toFile()).get("panels")) {
      for (JsonNode target : panel.path("targets")) {
        if (target.path("expr").asText().contains(metric)) {
          found.add(target.get("expr").asText());
        }
      }
    }
    return found;
  }

  @Test
  void decision_figuresOfIt_countAndEvidenceAreApartFromErrors() throws Exception {
    assertThat(expressions("tplus1-models.json", "tplus1_gate_figure"))
        .containsExactlyInAnyOrder(
            "max(tplus1_gate_figure{figure=\"gateSamples\"})",
            "max by (figure) (tplus1_gate_figure{figure!~\"gateSamples|gateEvidence\"})");
  }

  @Test
  void quality_errorsOfAFeature_areDividedByHowOftenItCame() throws Exception {
    assertThat(expressions("tplus1-quality.json", "feature_scores_total"))
        .containsExactly(
            "sqrt(sum by (feature) (rate(tplus1_all_squared_error_total[5m]))"
                + " / sum by (feature) (rate(tplus1_all_feature_scores_total[5m])))");
  }

  /** Rows by model may come and go between two scrapes: what adds them up may see nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"scores", "relative_", "feature_scores", "squared_", "interval_covered"})
  void rowsByModel_ofEachBoard_areShownByModel(String metric) throws Exception {
    for (String board : BOARDS) {
      assertThat(expressions(board, "(tplus1_" + metric))
          .as(board)
          .allSatisfy(expression -> assertThat(expression).contains("by (model)"));
    }
  }

  /** Over a range, what has ended stays the last value that was. */
  @Test
  void figures_ofBoards_areOfNow() throws Exception {
    List<JsonNode> figures = new ArrayList<>();
    for (String board : List.of("tplus1-models.json", "tplus1-quality.json")) {
      for (JsonNode panel :
          new ObjectMapper().readTree(FOLDER.resolve(board).toFile()).get("panels")) {
        if (panel.path("type").asText().equals("stat")) {
          panel.path("targets").forEach(figures::add);
        }
      }
    }

    assertThat(figures)
        .hasSize(8)
        .allSatisfy(
            target -> {
              assertThat(target.path("instant").asBoolean()).isTrue();
              assertThat(target.path("range").asBoolean(true)).isFalse();
            });
  }

  /** A board that names a data source of its own finds none in anybody else's Grafana. */
  @ParameterizedTest
  @ValueSource(strings = {"tplus1-models.json", "tplus1-quality.json", "tplus1-streams.json"})
  void dataSource_ofEachBoard_isTheOneThatIsChosen(String board) throws Exception {
    JsonNode json = new ObjectMapper().readTree(FOLDER.resolve(board).toFile());
    JsonNode choice = json.at("/templating/list/0");

    assertThat(choice.path("type").asText()).isEqualTo("datasource");
    assertThat(choice.path("query").asText()).isEqualTo("prometheus");
    assertThat(choice.path("name").asText()).isEqualTo("datasource");
    assertThat(json.findValues("datasource"))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            source -> {
              assertThat(source.path("type").asText()).isEqualTo("prometheus");
              assertThat(source.path("uid").asText()).isEqualTo("${datasource}");
            });
  }

  /** Over half a day an event is one point between gaps, which no line leads to. */
  @ParameterizedTest
  @ValueSource(strings = {"tplus1-models.json", "tplus1-quality.json", "tplus1-streams.json"})
  void points_ofEachBoard_areDrawnWhereTheyAreLone(String board) throws Exception {
    JsonNode json = new ObjectMapper().readTree(FOLDER.resolve(board).toFile());

    assertThat(json.findValues("custom")).isNotEmpty();
    assertThat(json.findValues("showPoints")).isEmpty();
  }

  /**
   * What happens once: the windows of two points that follow one another meet, however far apart.
   */
  @Test
  void events_ofAnyRange_areAllDrawn() throws Exception {
    for (String[] one :
        new String[][] {
          {"tplus1-quality.json", "tplus1_dead_letters_total"},
          {"tplus1-streams.json", "tplus1_events_total"}
        }) {
      assertThat(expressions(one[0], one[1]))
          .filteredOn(expression -> expression.endsWith("> 0"))
          .singleElement()
          .asString()
          .contains("increase(" + one[1] + "[$__rate_interval])");
    }
  }

  /** Each process counts its own. */
  @Test
  void trainings_ofSeveralProcesses_areAddedUp() throws Exception {
    assertThat(expressions("tplus1-models.json", "tplus1_retrain_events_total"))
        .containsExactly(
            "sum by (event) (increase(tplus1_retrain_events_total{event=~\"training_.*|drift\"}[1h]))");
  }

  @Test
  void readyInstances_noneThere_isNought() throws Exception {
    assertThat(expressions("tplus1-quality.json", "tplus1_ready"))
        .containsExactly("sum(tplus1_ready and on (instance) tplus1_swaps_total) or vector(0)");
  }
}
