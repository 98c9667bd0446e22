package io.tplus1.fault;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What an audit has found to be wrong: how often, and some of it in words. */
final class Plaints {
  private static final int MOST_WORDS = 5;

  private final List<String> words = new ArrayList<>();
  private int lost;
  private int doubled;
  private int wrong;

  void lost(int count, String plaint) {
    lost += count;
    say("lost: " + plaint);
  }

  void doubled(int count, String plaint) {
    doubled += count;
    say("doubled: " + plaint);
  }

  void wrong(String plaint) {
    wrong++;
    say("wrong: " + plaint);
  }

  /** Counts one as wrong if what was found is not what was expected. */
  void hold(String what, Object found, Object expected) {
    if (!Objects.equals(found, expected)) {
      wrong("%s: found %s, expected %s".formatted(what, found, expected));
    }
  }

  /** Holds event times against those that are wanted: each once, and in order. */
  void once(String what, List<Long> found, List<Long> wanted) {
    if (found.equals(wanted)) {
      return;
    }
    Set<Long> once = new LinkedHashSet<>(found);
    if (once.size() < found.size()) {
      doubled(found.size() - once.size(), what);
    }
    Set<Long> absent = new LinkedHashSet<>(wanted);
    absent.removeAll(once);
    if (!absent.isEmpty()) {
      lost(absent.size(), what + " at " + absent);
    }
    List<Long> ordered = new ArrayList<>(once);
    ordered.retainAll(new HashSet<>(wanted));
    List<Long> rest = new ArrayList<>(wanted);
    rest.retainAll(once);
    if (!ordered.equals(rest)) {
      wrong(what + " are out of order");
    }
    if (once.size() > ordered.size()) {
      wrong(what + " that nothing asked for");
    }
  }

  private void say(String plaint) {
    if (words.size() < MOST_WORDS) {
      words.add(plaint);
    }
  }

  int lost() {
    return lost;
  }

  int doubled() {
    return doubled;
  }

  int wrong() {
    return wrong;
  }

  /** The first of them. */
  List<String> words() {
    return List.copyOf(words);
  }
}
