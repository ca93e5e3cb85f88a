package io.keywheel.domain.rotation;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who is next, among those that take turns: a member that had its turn goes to the end of the queue.
///
/// A queue, and not a counter, because the share of cooling one then spreads over all others instead of
/// falling to its neighbour. First attempts and fallbacks queue apart, so that a request starts at the next
/// in turn however many fallbacks lay between, and a burst of fallbacks spreads as evenly as first attempts
/// do.
final class RoundRobin<T> {

    private final Queue<T> first;
    private final Queue<T> fallback;

    RoundRobin(Collection<T> members) {
        first = new Queue<>(members);
        fallback = new Queue<>(members);
    }

    private RoundRobin(Queue<T> first, Queue<T> fallback) {
        this.first = first;
        this.fallback = fallback;
    }

    /// The turns of other members: those who are known here come in their order here, the others after them.
    ///
    /// @param before who somebody is here; null for nobody
    RoundRobin<T> of(Collection<T> members, Function<T, @Nullable T> before) {
        return new RoundRobin<>(first.of(members, before), fallback.of(members, before));
    }

    /// The members in the order of their turns. Valid until the next change.
    SequencedCollection<T> queue(boolean firstAttempt) {
        return of(firstAttempt).members.sequencedValues();
    }

    boolean has(T member) {
        return first.has(member);
    }

    void took(T member, boolean firstAttempt) {
        of(firstAttempt).toTheEnd(member);
    }

    /// `member` had its turn and made nothing of it.
    void gaveBack(T member, boolean firstAttempt) {
        if (has(member)) {
            of(firstAttempt).toTheFront(member);
        }
    }

    /// `member` is not to be looked at for now, and keeps its place.
    void left(T member) {
        first.left(member);
        fallback.left(member);
    }

    /// A member that cooled down has waited longest.
    void cameBack(T member) {
        first.toTheFront(member);
        fallback.toTheFront(member);
    }

    /// `member` is where it would be had it never left.
    void cameBackToItsPlace(T member) {
        first.toItsPlace(member);
        fallback.toItsPlace(member);
    }

    private Queue<T> of(boolean firstAttempt) {
        return firstAttempt ? first : fallback;
    }

    private static final class Queue<T> {

        private final TreeMap<Long, T> members = new TreeMap<>();
        private final Map<T, Long> places = new HashMap<>();
        private long front;
        private long end;

        Queue(Collection<T> members) {
            members.forEach(this::toTheEnd);
        }

        Queue<T> of(Collection<T> others, Function<T, @Nullable T> before) {
            return new Queue<>(others.stream()
                    .sorted(Comparator.comparingLong(other -> place(before.apply(other))))
                    .toList());
        }

        private long place(@Nullable T member) {
            return member == null ? Long.MAX_VALUE : places.getOrDefault(member, Long.MAX_VALUE);
        }

        boolean has(T member) {
            Long place = places.get(member);
            return place != null && members.containsKey(place);
        }

        void toTheEnd(T member) {
            to(member, end++);
        }

        void toTheFront(T member) {
            to(member, --front);
        }

        private void to(T member, long place) {
            Long before = places.put(member, place);
            if (before != null) {
                members.remove(before);
            }
            members.put(place, member);
        }

        void left(T member) {
            Long place = places.get(member);
            if (place != null) {
                members.remove(place);
            }
        }

        void toItsPlace(T member) {
            Long place = places.get(member);
            if (place != null) {
                members.put(place, member);
            }
        }
    }
}
