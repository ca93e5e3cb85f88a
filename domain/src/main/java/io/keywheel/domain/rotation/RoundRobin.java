package io.keywheel.domain.rotation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Members that take turns: a member that had its turn goes to the end of a queue.
///
/// A queue spreads the share of a cooling member over all others; with a counter, its neighbour would get it.
/// Members of a blocked group are set aside until [Queue#restoreNext], which returns one at a time: so only the next of
/// them is checked again. First attempts and fallbacks have separate queues of the same members. So fallbacks do
/// not shift the turns of first attempts, and a burst of fallbacks spreads evenly, too.
final class RoundRobin<T, G> {

    private final Queue<T, G> first;
    private final Queue<T, G> fallback;

    /// Takes constant time: a member is stored only when it moves.
    ///
    /// @param index the place of a member in `members`
    RoundRobin(List<T> members, ToIntFunction<T> index, Function<T, G> group) {
        first = new Queue<>(members, index, group);
        fallback = new Queue<>(members, index, group);
    }

    /// Members that were in `before` come first, in their order there.
    ///
    /// @param known maps a member to the same one of `before`; null for a new one
    void inherit(RoundRobin<T, G> before, Function<T, @Nullable T> known) {
        first.inherit(before.first, known);
        fallback.inherit(before.fallback, known);
    }

    Queue<T, G> of(boolean firstAttempt) {
        return firstAttempt ? first : fallback;
    }

    boolean has(T member) {
        return first.has(member);
    }

    /// Every change except a turn goes through here, so that both queues keep the same members.
    void both(Consumer<Queue<T, G>> move) {
        move.accept(first);
        move.accept(fallback);
    }

    /// Members ordered by place. A member that has not moved has its index in `start` as its place. One that went
    /// to the front has a negative place, one that went to the end a place beyond all indices.
    static final class Queue<T, G> {

        private final List<T> start;
        private final ToIntFunction<T> index;
        private final Function<T, G> group;

        /// The indices of members that have moved.
        private final BitSet displaced = new BitSet();

        private final TreeMap<Long, T> moved = new TreeMap<>();

        /// The set-aside members, by group and place.
        private final Map<G, TreeMap<Long, T>> aside = new HashMap<>();

        private final Map<T, Long> places = new HashMap<>();
        private final TreeMap<Long, T> none = new TreeMap<>();
        private long front;
        private long end;

        /// The member that had the last turn, if it has not moved since, and its place before that.
        private @Nullable T last;

        private long placeOfLast;

        private Queue(List<T> start, ToIntFunction<T> index, Function<T, G> group) {
            this.start = start;
            this.index = index;
            this.group = group;
            this.end = start.size();
        }

        /// Moves known members to negative places in their order, before the new ones.
        private void inherit(Queue<T, G> before, Function<T, @Nullable T> known) {
            front = before.front - before.end;
            placeOfLast = before.placeOfLast - before.end;
            for (T member : start) {
                T same = known.apply(member);
                if (same != null) {
                    moveTo(member, before.place(same) - before.end);
                    last = same.equals(before.last) ? member : last;
                }
            }
        }

        /// Grows in the order of turns.
        long place(T member) {
            int first = atStart(member);
            return first >= 0 ? first : places.getOrDefault(member, Long.MAX_VALUE);
        }

        /// The index of a member that has not moved; -1 for another.
        private int atStart(T member) {
            int first = index.applyAsInt(member);
            return first >= 0 && !displaced.get(first) && start.get(first).equals(member) ? first : -1;
        }

        private boolean has(T member) {
            Long place = places.get(member);
            return place == null
                    ? atStart(member) >= 0
                    : moved.containsKey(place) || aside(group.apply(member)).containsKey(place);
        }

        void useTurn(T member) {
            long place = place(member);
            moveTo(member, end++);
            last = member;
            placeOfLast = place;
        }

        /// Returns `member`, which did not use its turn, to its place, or to the front if others had turns since.
        void returnTurn(T member) {
            if (member.equals(last)) {
                detach(member);
                last = null;
                restore(placeOfLast, member);
            } else if (has(member)) {
                moveToFront(member);
            }
        }

        void moveToFront(T member) {
            moveTo(member, --front);
        }

        private void moveTo(T member, long place) {
            remove(member);
            places.put(member, place);
            moved.put(place, member);
        }

        /// Takes `member` out of the queue. Its place is kept for [RoundRobin#inherit].
        void remove(T member) {
            last = member.equals(last) ? null : last;
            detach(member);
        }

        private void detach(T member) {
            int first = atStart(member);
            if (first >= 0) {
                displaced.set(first);
                places.put(member, (long) first);
            } else {
                Long place = places.get(member);
                if (place != null && moved.remove(place) == null) {
                    aside(group.apply(member)).remove(place);
                }
            }
        }

        /// The set-aside members of a group, by place.
        NavigableMap<Long, T> aside(G ofGroup) {
            return aside.getOrDefault(ofGroup, none);
        }

        /// Sets `member` aside: it keeps its place, and [#after] skips it until [#restoreNext] reaches it.
        void setAside(T member) {
            detach(member);
            aside.computeIfAbsent(group.apply(member), _ -> new TreeMap<>()).put(place(member), member);
        }

        /// Returns the first set-aside member of a group to its place.
        void restoreNext(G ofGroup) {
            Map.Entry<Long, T> next = aside(ofGroup).pollFirstEntry();
            if (next != null) {
                restore(next.getKey(), next.getValue());
            }
        }

        private void restore(long place, T member) {
            if (place >= 0 && place < start.size()) {
                displaced.clear((int) place);
                places.remove(member);
            } else {
                places.put(member, place);
                moved.put(place, member);
            }
        }

        /// Moves the set-aside members of `from` to `into`.
        void merge(G from, G into) {
            TreeMap<Long, T> going = aside.remove(from);
            if (going != null) {
                aside.computeIfAbsent(into, _ -> new TreeMap<>()).putAll(going);
            }
        }

        List<T> list() {
            var list = new ArrayList<T>();
            for (T next = after(null); next != null; next = after(next)) {
                list.add(next);
            }
            return list;
        }

        /// The member after `member`, or the first one for null; null at the end.
        @Nullable
        T after(@Nullable T member) {
            long place = member == null ? Long.MIN_VALUE : place(member);
            Map.Entry<Long, T> later = moved.higherEntry(place);
            if (later != null && later.getKey() < 0) {
                return later.getValue();
            }
            int unmoved = displaced.nextClearBit(Math.clamp(place, -1, start.size()) + 1);
            if (unmoved < start.size()) {
                return start.get(unmoved);
            }
            return later == null ? null : later.getValue();
        }
    }
}
