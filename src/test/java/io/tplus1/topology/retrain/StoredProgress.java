package io.tplus1.topology.retrain;

import io.tplus1.score.Drift;
import io.tplus1.train.Gate;
import io.tplus1.train.Probation;
import io.tplus1.train.RetrainSchedule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.TreeMap;

/** {@link RetrainProgress} as it was stored, taken apart. */
final class StoredProgress {
  /** As 0.1.0 wrote it. */
  private final byte[] head;

  private final TreeMap<Integer, byte[]> parts = new TreeMap<>();

  StoredProgress(byte[] stored) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      in.readByte();
      in.readUTF();
      in.skipNBytes(4 * Long.BYTES);
      for (int texts = 0; texts < 4; texts++) {
        in.readUTF();
      }
      for (int lists = 0; lists < 2; lists++) {
        for (int left = in.readInt(); left > 0; left--) {
          in.readUTF();
        }
      }
      in.skipNBytes(RetrainSchedule.BYTES + Gate.BYTES + Probation.BYTES + Drift.BYTES);
      head = Arrays.copyOf(stored, stored.length - in.available());
      in.readByte();
      while (in.available() > 0) {
        parts.put((int) in.readByte(), in.readNBytes(in.readInt()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As release 0.1.0 wrote it. */
  byte[] of010() {
    return head.clone();
  }

  StoredProgress without(int tag) {
    if (parts.remove(tag) == null) {
      throw new AssertionError("there is no part " + tag);
    }
    return this;
  }

  StoredProgress with(int tag, byte[] bytes) {
    parts.put(tag, bytes);
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(head);
      out.writeByte('P');
      for (var part : parts.entrySet()) {
        out.writeByte(part.getKey());
        out.writeInt(part.getValue().length);
        out.write(part.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
