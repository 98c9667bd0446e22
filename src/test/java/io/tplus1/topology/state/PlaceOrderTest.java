package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceOrderTest {
  private final PlaceOrder order = new PlaceOrder();

  private List<Integer> drained() {
    List<Integer> drained = new ArrayList<>();
    while (order.first() >= 0) {
      drained.add(order.first());
      order.remove(order.first());
    }
    return drained;
  }

  @Test
  void contains_whatWasPutAndTakenOut_followsThat() {
    assertThat(order.contains(0)).isFalse();
    assertThat(order.contains(1_000_000)).isFalse();

    order.putLast(20);
    assertThat(order.contains(20)).isTrue();
    assertThat(order.contains(19)).isFalse();

    order.remove(20);
    assertThat(order.contains(20)).isFalse();
  }

  @Test
  void first_nothingIsInIt_isNone() {
    assertThat(order.first()).isEqualTo(-1);
    assertThat(order.size()).isZero();
  }

  @Test
  void putLast_isInIt_movesToTheEnd() {
    order.putLast(0);
    order.putLast(1);
    order.putLast(2);

    order.putLast(0);

    assertThat(order.size()).isEqualTo(3);
    assertThat(drained()).containsExactly(1, 2, 0);
  }

  @Test
  void remove_isNotInIt_changesNothing() {
    order.putLast(1);

    order.remove(0);
    order.remove(1_000_000);

    assertThat(drained()).containsExactly(1);
  }

  @Test
  void clear_hadPlaces_theyMayComeAgain() {
    order.putLast(3);
    order.putLast(4);

    order.clear();
    order.putLast(4);

    assertThat(order.size()).isEqualTo(1);
    assertThat(drained()).containsExactly(4);
  }

  /** Held against Java's own. */
  @Test
  void all_atRandom_areInTheOrderInWhichTheyWerePutLast() {
    Random random = new Random(7);
    Set<Integer> expected = new LinkedHashSet<>();
    for (int i = 0; i < 20_000; i++) {
      int place = random.nextInt(1 + i / 10);
      expected.remove(place);
      if (random.nextInt(3) == 0) {
        order.remove(place);
      } else {
        order.putLast(place);
        expected.add(place);
      }
      assertThat(order.size()).isEqualTo(expected.size());
      assertThat(order.contains(place)).isEqualTo(expected.contains(place));
    }

    assertThat(drained()).containsExactlyElementsOf(expected);
  }
}
