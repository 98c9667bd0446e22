package io.tplus1.topology.state;

import io.tplus1.expert.LastErrors;
import io.tplus1.expert.Stacked;
import io.tplus1.expert.StackedShape;
import java.nio.ByteBuffer;

/**
 * How what is stacked on other experts lies in a store: which experts, targets and horizons it is
 * of (32 bits), then its numbers. Immutable.
 *
 * @param shape what it reads
 * @param identity the same for the same experts, targets and horizons on any machine
 */
public record StackedPart(StackedShape shape, int identity) {
  /** What was stored; what was learnt over other experts says nothing of these. */
  Stacked read(ByteBuffer stored) {
    boolean same = stored != null && stored.remaining() == bytes() && stored.getInt() == identity;
    return same ? Stacked.read(shape, stored) : new Stacked(shape);
  }

  int bytes() {
    return Integer.BYTES + shape.bytes();
  }

  void write(Stacked stacked, ByteBuffer bytes) {
    stacked.write(bytes.putInt(identity));
  }

  /** What was stored of a series' last errors, if they are of these experts and targets. */
  LastErrors readErrors(ByteBuffer stored) {
    boolean same =
        stored != null && stored.remaining() == errorBytes() && stored.getInt() == identity;
    return same ? LastErrors.read(shape, stored) : new LastErrors(shape);
  }

  int errorBytes() {
    return Integer.BYTES + LastErrors.bytes(shape);
  }

  void writeErrors(LastErrors errors, ByteBuffer bytes) {
    errors.write(bytes.putInt(identity));
  }
}
