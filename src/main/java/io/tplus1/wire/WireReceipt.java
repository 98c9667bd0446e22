package io.tplus1.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a forecast was made of, so that {@code tplus1 replay} can make it again. Arrays are only to
 * be read.
 *
 * @param kernel what computed the network; empty where none was asked
 * @param fromMs event time of the window's oldest vector, epoch milliseconds
 * @param steps vectors of the window, filled ones included
 * @param windowHash of the window, 16 hexadecimal digits
 * @param partition of the topic of vectors
 * @param firstOffset where the oldest vector was read there; −1 where nobody knows
 * @param lastOffset where the newest was read; −1 where nobody knows
 * @param experts names of the mixed experts; empty where nothing is mixed
 * @param weights {@code float[groups][targets][experts]} of the horizons 1, 2–3, 4–7, …; empty
 *     where nothing is mixed
 * @param linear hash of what each shared linear expert had learnt, by expert
 * @param given what experts forecast that cannot be asked again, by expert
 * @param intervals state of the series' intervals; empty where there are none
 */
public record WireReceipt(
    String kernel,
    long fromMs,
    int steps,
    String windowHash,
    int partition,
    long firstOffset,
    long lastOffset,
    List<String> experts,
    float[][][] weights,
    Map<String, String> linear,
    Map<String, float[]> given,
    byte[] intervals) {

  void write(WireOutput out) {
    out.text("the kernel", kernel);
    out.eight(fromMs);
    out.four(steps);
    out.text("the hash of the window", windowHash);
    out.four(partition);
    out.eight(firstOffset);
    out.eight(lastOffset);
    out.two("the number of experts", experts.size());
    for (String expert : experts) {
      out.text("the name of an expert", expert);
    }
    if (!experts.isEmpty()) {
      int targets = weights.length == 0 ? 0 : weights[0].length;
      out.two("the number of groups", weights.length);
      out.two("the number of targets", targets);
      for (float[][] group : weights) {
        Widths.require("a group of weights", group.length, targets);
        for (float[] target : group) {
          Widths.require("a target's weights", target.length, experts.size());
          out.floats(target);
        }
      }
    }
    out.two("the number of linear experts", linear.size());
    for (Map.Entry<String, String> part : sorted(linear).entrySet()) {
      out.text("the name of an expert", part.getKey());
      out.text("a hash", part.getValue());
    }
    out.two("the number of given forecasts", given.size());
    for (Map.Entry<String, float[]> part : sorted(given).entrySet()) {
      out.text("the name of an expert", part.getKey());
      out.four(part.getValue().length);
      out.floats(part.getValue());
    }
    out.four(intervals.length);
    out.bytes(intervals);
  }

  private static <V> Map<String, V> sorted(Map<String, V> map) {
    return map.size() < 2 ? map : new TreeMap<>(map);
  }

  static WireReceipt read(WireInput in) {
    String kernel = in.text();
    long fromMs = in.eight();
    int steps = in.four();
    String hash = in.text();
    int partition = in.four();
    long firstOffset = in.eight();
    long lastOffset = in.eight();
    List<String> experts = new ArrayList<>();
    for (int left = in.two(); left > 0; left--) {
      experts.add(in.text());
    }
    float[][][] weights = experts.isEmpty() ? new float[0][][] : weights(in, experts.size());
    Map<String, String> linear = new TreeMap<>();
    for (int left = in.two(); left > 0; left--) {
      linear.put(in.text(), in.text());
    }
    Map<String, float[]> given = new TreeMap<>();
    for (int left = in.two(); left > 0; left--) {
      given.put(in.text(), in.countedFloats());
    }
    return new WireReceipt(
        kernel,
        fromMs,
        steps,
        hash,
        partition,
        firstOffset,
        lastOffset,
        experts,
        weights,
        linear,
        given,
        in.bytes());
  }

  private static float[][][] weights(WireInput in, int experts) {
    int groups = in.two();
    int targets = in.two();
    in.requireFloats((long) groups * targets * experts);
    float[][][] weights = new float[groups][targets][];
    for (float[][] group : weights) {
      for (int t = 0; t < targets; t++) {
        group[t] = in.floats(experts);
      }
    }
    return weights;
  }
}
