package io.keywheel.domain.health;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/// Who is next, among those that take turns: whoever had its turn goes to the end of the queue.
///
/// A queue, and not a counter, because the share of one that rests then spreads over all others instead of
/// falling to its neighbour. First attempts and fallbacks queue apart, so that a request starts at the next
/// in turn however many fallbacks lay between, and a burst of fallbacks spreads as evenly as first attempts
/// do.
final class Turns<T> {

    private final SequencedSet<T> first = new LinkedHashSet<>();
    private final SequencedSet<T> fallback = new LinkedHashSet<>();

    Turns(Collection<T> members) {
        first.addAll(members);
        fallback.addAll(members);
    }

    /// The members in the order of their turns. Valid until the next change.
    SequencedSet<T> queue(boolean firstAttempt) {
        return firstAttempt ? first : fallback;
    }

    boolean has(T member) {
        return first.contains(member);
    }

    void took(T member, boolean firstAttempt) {
        queue(firstAttempt).addLast(member);
    }

    /// `member` had its turn and made nothing of it.
    void gaveBack(T member, boolean firstAttempt) {
        if (has(member)) {
            queue(firstAttempt).addFirst(member);
        }
    }

    void left(T member) {
        first.remove(member);
        fallback.remove(member);
    }

    /// Whoever comes back has waited longest.
    void cameBack(T member) {
        first.addFirst(member);
        fallback.addFirst(member);
    }
}
