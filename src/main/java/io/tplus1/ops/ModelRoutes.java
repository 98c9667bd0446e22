package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/models}, {@code /api/events}, and commands about models. */
final class ModelRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRoutes.class);
  private static final int STANDARD_LIMIT = 100;

  private final String modelName;
  private final ChampionWatch champion;
  private final boolean isAsked;
  private final ModelLog log;
  private final ModelControl control;
  private final boolean hasToken;
  private final Overview overview;
  private final Peers peers;
  private final Clock clock;

  /**
   * @param isAsked whether forecasts ask a network at all
   * @param control sends commands
   * @param hasToken whether there is a token, without which no command is let in
   */
  ModelRoutes(
      String modelName,
      ChampionWatch champion,
      boolean isAsked,
      ModelLog log,
      ModelControl control,
      boolean hasToken,
      Overview overview,
      Peers peers,
      Clock clock) {
    this.modelName = modelName;
    this.champion = champion;
    this.isAsked = isAsked;
    this.log = log;
    this.control = control;
    this.hasToken = hasToken;
    this.overview = overview;
    this.peers = peers;
    this.clock = clock;
  }

  Answer models(Call call) {
    ObjectNode json = Json.object().put("name", modelName);
    // Whether a role runs that carries them out, whoever sends one asks its group.
    json.put("commands", hasToken);
    if (!hasToken) {
      json.put("noCommands", Admission.NO_TOKEN);
    }
    champion.named().ifPresent(hash -> json.put("named", hash));
    ModelRegistry.Serving serving = champion.serving();
    if (serving.champion() != null) {
      ObjectNode now = json.putObject("champion").put("hash", serving.champion().modelHash());
      now.put("kernel", serving.champion().kernel()).put("asked", isAsked);
      now.put("since", champion.sinceMs(serving.champion()));
      serving.toMs().ifPresent(learnt -> now.put("learntTo", learnt));
      serving.pointer().ifPresent(pointer -> describe(now, pointer));
    }
    if (call.isLocal()) {
      json.set("errors", overview.local().get("models"));
      return Answer.ok(json);
    }
    Peers.Answers others = peers.askAll(Peers.About.OVERVIEW, "/api/overview");
    json.set("errors", Overview.merge(overview.local(), others.answers()).get("models"));
    return Answer.ok(others.putSilent(json));
  }

  private static void describe(ObjectNode json, ModelPointer pointer) {
    json.put("pinned", pointer.pinned()).put("epoch", pointer.epoch());
    json.put("reason", pointer.reason());
    ArrayNode previous = json.putArray("previous");
    pointer.previous().forEach(previous::add);
  }

  Answer events(Call call) throws Refusal {
    int limit = call.number("limit", STANDARD_LIMIT, 1, ModelLog.MOST);
    int offset = call.number("offset", 0, 0, ModelLog.MOST);
    List<ModelEvent> all = log.newest();
    ObjectNode json = Json.object().put("total", all.size());
    ArrayNode events = json.putArray("events");
    all.stream().skip(offset).limit(limit).map(ModelEventSerde::tree).forEach(events::add);
    return Answer.ok(json);
  }

  Answer command(Call call) throws Refusal {
    ModelCommand command = read(call.body());
    try {
      control.send(command);
    } catch (TimeoutException e) {
      LOG.warn("Nobody knows whether the command {} was given", command, e);
      throw new Refusal(503, e.getMessage());
    } catch (KafkaException e) {
      LOG.warn("The command {} was not given", command, e);
      throw new Refusal(503, "the command was not given: " + e.getMessage());
    }
    LOG.info("Command {} {} by HTTP", command.kind(), command.hash().orElse(""));
    return Answer.json(202, Json.object().put("id", command.id()));
  }

  private ModelCommand read(byte[] body) throws Refusal {
    try {
      JsonNode json = Json.read(body);
      ModelCommand.Kind kind = ModelCommand.Kind.valueOf(json.path("kind").asText());
      Optional<String> hash = Optional.ofNullable(json.get("hash")).map(JsonNode::asText);
      if (hash.isPresent() && !ModelCommand.isBeginning(hash.get())) {
        throw new Refusal(400, "hash must have 4 to 64 hexadecimal digits");
      }
      return ModelCommand.now(kind, hash, clock);
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal(
          400,
          "the body must be {\"kind\": …, \"hash\": …}, kind one of %s; PROMOTE needs a hash"
              .formatted(List.of(ModelCommand.Kind.values())));
    }
  }
}
