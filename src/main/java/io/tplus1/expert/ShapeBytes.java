package io.tplus1.expert;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LinearShape} as bytes, big-endian: schema (count and per feature name, kind and
 * vocabulary; inputs; targets), kind, lags, levels, horizon, ridge, forgetting, scale steps, huber,
 * milliseconds of a step. Counts have 16 bits, or 32 for vocabularies.
 */
final class ShapeBytes {
  private ShapeBytes() {}

  static void write(LinearShape shape, DataOutput out) throws IOException {
    FeatureSchema schema = shape.schema();
    out.writeShort(schema.size());
    for (Feature feature : schema.features()) {
      out.writeUTF(feature.name());
      out.writeInt(feature.vocabulary().size());
      for (String word : feature.vocabulary()) {
        out.writeUTF(word);
      }
    }
    writeList(schema.inputs(), out);
    writeList(schema.targets(), out);
    out.writeBoolean(shape.kind() == LinearShape.Kind.JOINT);
    writeList(shape.lags(), out);
    out.writeBoolean(shape.levels());
    out.writeInt(shape.horizon());
    out.writeDouble(shape.ridge());
    out.writeDouble(shape.forgetting());
    out.writeInt(shape.scaleSteps());
    out.writeDouble(shape.huber());
    out.writeLong(shape.stepMs());
  }

  /**
   * How many bytes a shape has.
   *
   * @throws IllegalArgumentException if a name or a word is longer than what is written
   */
  static int length(LinearShape shape) {
    try (DataOutputStream out = new DataOutputStream(OutputStream.nullOutputStream())) {
      write(shape, out);
      return out.size();
    } catch (IOException e) {
      throw new IllegalArgumentException("a name or a word is too long: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what stands before a shape: a number that tells what it is, and a version.
   *
   * @param what such as {@code linear sums}
   * @throws InvalidArtifactException if it is another thing, or of another version
   */
  static void requireHead(DataInput in, int magic, byte version, String what)
      throws IOException, InvalidArtifactException {
    requireHead(in, magic, version, version, what);
  }

  /**
   * As {@link #requireHead(DataInput, int, byte, String)}, where older versions are read as well.
   *
   * @return which it is
   */
  static byte requireHead(DataInput in, int magic, byte oldest, byte version, String what)
      throws IOException, InvalidArtifactException {
    int found = in.readInt();
    byte itsVersion = in.readByte();
    if (found == magic && itsVersion > version) {
      throw InvalidArtifactException.ofNewerFormat(
          "%s of version %d were found, this version of tplus1 reads %d: use a version that writes it"
              .formatted(what, itsVersion, version));
    }
    if (found != magic || itsVersion < oldest) {
      throw new InvalidArtifactException(
          "%s of version %d were expected, found %08x of version %d"
              .formatted(what, version, found, itsVersion));
    }
    return itsVersion;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InvalidArtifactException if it is no shape
   */
  static LinearShape read(DataInput in) throws IOException, InvalidArtifactException {
    try {
      List<Feature> features = new ArrayList<>();
      int size = in.readUnsignedShort();
      for (int i = 0; i < size; i++) {
        features.add(readFeature(in));
      }
      FeatureSchema schema = new FeatureSchema(features, readList(in), readList(in));
      return new LinearShape(
          schema,
          in.readBoolean() ? LinearShape.Kind.JOINT : LinearShape.Kind.OWN,
          readList(in),
          in.readBoolean(),
          in.readInt(),
          in.readDouble(),
          in.readDouble(),
          in.readInt(),
          in.readDouble(),
          in.readLong());
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException("not the shape of a linear expert: " + e.getMessage(), e);
    }
  }

  private static Feature readFeature(DataInput in) throws IOException, InvalidArtifactException {
    String name = in.readUTF();
    int count = in.readInt();
    if (count < 0) {
      throw new InvalidArtifactException("a vocabulary has 0 words or more, found " + count);
    }
    // As many as are written: whoever says more than there are bytes for, they end before that.
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(in.readUTF());
    }
    return count == 0 ? Feature.number(name) : Feature.category(name, words);
  }

  private static void writeList(List<Integer> list, DataOutput out) throws IOException {
    out.writeShort(list.size());
    for (int value : list) {
      out.writeInt(value);
    }
  }

  private static List<Integer> readList(DataInput in) throws IOException {
    int size = in.readUnsignedShort();
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(in.readInt());
    }
    return list;
  }
}
