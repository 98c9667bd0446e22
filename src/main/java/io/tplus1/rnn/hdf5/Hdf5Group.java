package io.tplus1.rnn.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A group of an open file; owned by the file's thread. Members are looked up when asked for. */
public final class Hdf5Group {
  private final Source source;
  private final ObjectHeader header;
  private Map<String, Long> links;
  private Map<String, Attribute> attributes;

  Hdf5Group(Source source, ObjectHeader header) {
    this.source = source;
    this.header = header;
  }

  /** The group at a path such as {@code model_weights/lstm_1}, or empty where there is none. */
  public Optional<Hdf5Group> group(String path) throws IOException {
    ObjectHeader found = find(path);
    return found == null || found.first(ObjectHeader.LAYOUT) != null
        ? Optional.empty()
        : Optional.of(new Hdf5Group(source, found));
  }

  /** The data set at a path such as {@code lstm_1/kernel:0}, or empty where there is none. */
  public Optional<Hdf5Dataset> dataset(String path) throws IOException {
    ObjectHeader found = find(path);
    return found == null || found.first(ObjectHeader.LAYOUT) == null
        ? Optional.empty()
        : Optional.of(Hdf5Dataset.of(source, found));
  }

  /** Whether the group has an attribute of this name, readable or not. */
  public boolean hasAttribute(String name) throws IOException {
    return attribute(name) != null;
  }

  /**
   * The strings of an attribute, empty where there is no such attribute or it has no elements (h5py
   * writes an empty list of names as an empty list of numbers).
   */
  public List<String> strings(String name) throws IOException {
    Attribute attribute = attribute(name);
    return attribute == null ? List.of() : attribute.strings(source);
  }

  /**
   * The one string of an attribute.
   *
   * @throws Hdf5Exception if it has none or several
   */
  public Optional<String> string(String name) throws IOException {
    if (!hasAttribute(name)) {
      return Optional.empty();
    }
    List<String> strings = strings(name);
    if (strings.size() != 1) {
      throw new Hdf5Exception(
          "attribute %s should be one string, and has %d".formatted(name, strings.size()));
    }
    return Optional.of(strings.get(0));
  }

  private Attribute attribute(String name) throws IOException {
    if (attributes == null) {
      Attribute.requireCompact(header);
      attributes = new HashMap<>();
      for (Block body : header.all(ObjectHeader.ATTRIBUTE)) {
        Attribute attribute = Attribute.read(body);
        attributes.put(attribute.name(), attribute);
      }
    }
    return attributes.get(name);
  }

  private ObjectHeader find(String path) throws IOException {
    Hdf5Group group = this;
    ObjectHeader found = header;
    for (String name : steps(path)) {
      Long address = group.links().get(name);
      if (address == null) {
        return null;
      }
      found = ObjectHeader.read(source, address);
      group = new Hdf5Group(source, found);
    }
    return found;
  }

  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    for (String step : path.split("/", -1)) {
      if (!step.isEmpty()) {
        steps.add(step);
      }
    }
    return steps;
  }

  private Map<String, Long> links() throws IOException {
    if (links == null) {
      links = Links.read(source, header);
    }
    return links;
  }
}
