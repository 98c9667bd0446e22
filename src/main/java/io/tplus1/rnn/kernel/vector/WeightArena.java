package io.tplus1.rnn.kernel.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/**
 * Room for the packed weights of one kernel, aligned to cache lines where the heap allows it.
 *
 * <p>A vector of 64 bytes that straddles two cache lines costs two reads of the first-level cache,
 * and the step of a recurrent layer is bound by those reads. Java aligns arrays to 8 bytes only,
 * and moves them. But G1 gives an array of more than half a region a region of its own, which
 * starts at a cache line and is never moved: so the weights of a kernel share one array of that
 * length. Under another collector, or where regions are large, each matrix has an array of its own
 * and its luck.
 */
final class WeightArena {
  private static final int LINE = 16; // floats

  /** Where an array's first cache line begins: behind the header of 16 bytes. */
  private static final int FIRST = 12;

  /** Longest array that is made for alignment alone: 4 MiB. */
  private static final int AFFORDABLE = 1 << 20;

  /** Length from which G1 leaves an array alone, 0 where nothing is known. */
  private static final int HUMONGOUS = humongousLength();

  private float[] data = new float[0];
  private int used;

  /** Where {@link #data()} has room for the floats asked for. */
  int allocate(int length) {
    if (HUMONGOUS == 0 || HUMONGOUS > AFFORDABLE) {
      data = new float[length];
      return 0;
    }
    int at = used;
    if (data.length - at < length) {
      data = new float[Math.max(HUMONGOUS, Math.addExact(FIRST, length))];
      at = FIRST;
    }
    used = at + (length + LINE - 1) / LINE * LINE;
    return at;
  }

  /** The array that the last {@link #allocate} was of. */
  float[] data() {
    return data;
  }

  private static int humongousLength() {
    try {
      HotSpotDiagnosticMXBean vm =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      VMOption g1 = vm.getVMOption("UseG1GC");
      long region = Long.parseLong(vm.getVMOption("G1HeapRegionSize").getValue());
      return Boolean.parseBoolean(g1.getValue()) ? (int) (region / 2 / Float.BYTES) : 0;
    } catch (RuntimeException e) {
      return 0; // A JVM without these options.
    }
  }
}
