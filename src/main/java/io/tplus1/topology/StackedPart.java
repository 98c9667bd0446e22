package io.tplus1.topology;

import io.tplus1.expert.Stacked;
import io.tplus1.expert.StackedShape;
import java.nio.ByteBuffer;

/**
 * How what is stacked on other experts lies in a store: which experts and horizons it is of (32
 * bits), then its sums. Immutable.
 *
 * @param shape what it reads
 * @param identity the same for the same experts and horizons on any machine
 */
record StackedPart(StackedShape shape, int identity) {
  /** Of which nothing is known. */
  Stacked start() {
    return new Stacked(shape);
  }

  /** What was stored; sums over other experts say nothing of these. */
  Stacked read(ByteBuffer stored) {
    boolean same = stored != null && stored.remaining() == bytes() && stored.getInt() == identity;
    return same ? Stacked.read(shape, stored) : start();
  }

  int bytes() {
    return Integer.BYTES + shape.bytes();
  }

  void write(Stacked stacked, ByteBuffer bytes) {
    stacked.write(bytes.putInt(identity));
  }
}
