package io.tplus1.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.serde.JsonNumbers;
import java.io.PrintWriter;

/** One JSON object per line, for scripts; the last one is the summary. */
public final class JsonView implements DemoView {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter print;

  public JsonView(PrintWriter print) {
    this.print = print;
  }

  @Override
  public void show(
      long second, Outcome outcome, long deadLettered, Lessons lessons, double perSecond) {
    ObjectNode line = JSON.createObjectNode().put("second", second);
    print.println(fill(line, outcome, deadLettered, lessons, perSecond));
    print.flush();
  }

  @Override
  public void summary(Outcome outcome, long deadLettered, Lessons lessons, double perSecond) {
    print.println(fill(JSON.createObjectNode(), outcome, deadLettered, lessons, perSecond));
    print.flush();
  }

  private static ObjectNode fill(
      ObjectNode line, Outcome outcome, long deadLettered, Lessons lessons, double perSecond) {
    line.put("forecasts", outcome.forecasts());
    line.put("scored", outcome.scored());
    line.put("deadLettered", deadLettered);
    line.put("perSecond", Math.round(perSecond * 10) / 10.0);
    line.put("trainings", lessons.trainings());
    line.put("promotions", lessons.promotions());
    line.put("rejections", lessons.rejections());
    line.put("rollbacks", lessons.rollbacks());
    JsonNumbers.put(line.putObject("rmse"), outcome.rmse());
    JsonNumbers.put(line.putObject("persistenceRmse"), outcome.persistenceRmse());
    return line;
  }
}
