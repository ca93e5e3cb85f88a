package io.keywheel.adapters.http.connection;

import io.helidon.webserver.CloseConnectionException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Bounds the connections, and chooses which one is closed for a new one when all places are taken.
///
/// A client counts as a stranger until a request of it shows a valid token. Strangers are closed first, the one that
/// has been silent longest before the others; then the known client that has been idle longest between two requests.
/// A known client's request under way is never cut off for a new connection.
final class ConnectionSlots {

    /// Places beyond the most, so that a probe is answered while requests under way take all others.
    static final int SPARE = 16;

    /// A younger stranger may be about to send its first request; it leaves only in favour of a known client.
    private static final long GRACE_NANOS = 1_000_000_000;

    private final int most;
    private final LongSupplier nanoTime;

    /// How many strangers may stay, of all and of each peer, when others need a place.
    private final int share;

    /// Those that were silent longest first.
    private final SequencedSet<Place> strangers = new LinkedHashSet<>();

    private final Map<Object, Integer> strangersByPeer = new HashMap<>();

    /// How many peers have more than their share.
    private int crowds;

    private final SequencedSet<Place> idle = new LinkedHashSet<>();
    private int regular;
    private int spare;

    /// @param most connections at once; when all are taken, strangers, and those of one peer, may keep a quarter
    /// @param nanoTime the clock, as [System#nanoTime]
    ConnectionSlots(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.share = Math.max(1, most / 4);
    }

    /// A place that is not yet taken.
    ///
    /// @param peer whose share it counts against; null for none
    /// @param closing closes the connection; it must not wait for that
    Place place(@Nullable Object peer, Runnable closing) {
        return new Place(peer, closing);
    }

    /// Null if all strangers are few and new, and no known client is idle.
    ///
    /// @param fromSpare whether it may be one with a spare place
    private @Nullable Place firstToLeave(boolean fromSpare) {
        if (crowds > 0) {
            Place ofCrowd = first(strangers, place -> place.isOfCrowd() && (fromSpare || !place.isSpare));
            if (ofCrowd != null) {
                return ofCrowd;
            }
        }
        // At most SPARE places are passed over.
        Place oldest = first(strangers, place -> fromSpare || !place.isSpare);
        boolean leaves = oldest != null
                && (strangers.size() > share || !idle.isEmpty() || nanoTime.getAsLong() - oldest.since > GRACE_NANOS);
        return leaves ? oldest : first(idle, place -> fromSpare || !place.isSpare);
    }

    private static @Nullable Place first(SequencedSet<Place> places, Predicate<Place> which) {
        for (Place place : places) {
            if (which.test(place)) {
                return place;
            }
        }
        return null;
    }

    /// The place of one connection. Its methods are for the thread that serves the connection; they end it once its
    /// place was given to another one.
    final class Place {

        private final @Nullable Object peer;
        private final Runnable closing;
        private volatile boolean isTaken;
        private volatile boolean isSpare;
        private volatile boolean isKnown;
        private long since;

        private Place(@Nullable Object peer, Runnable closing) {
            this.peer = peer;
            this.closing = closing;
        }

        private boolean isOfCrowd() {
            return peer != null && strangersByPeer.getOrDefault(peer, 0) > share;
        }

        /// The connection was accepted.
        void take() {
            synchronized (ConnectionSlots.this) {
                if (regular >= most) {
                    boolean allSpareTaken = spare >= SPARE;
                    Place leaving = firstToLeave(allSpareTaken);
                    free(allSpareTaken && leaving == null ? first(strangers, _ -> true) : leaving);
                }
                isSpare = regular >= most;
                count(1);
                isTaken = true;
                joinStrangers();
            }
        }

        /// The first bytes of a request have come.
        void begin() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                idle.remove(this);
            }
        }

        /// Whether a request that is no probe may be answered.
        boolean isForAll() {
            if (isTaken && !isSpare) {
                return true;
            }
            synchronized (ConnectionSlots.this) {
                requireTaken();
                if (isSpare && regular >= most) {
                    leaveStrangers();
                    free(firstToLeave(false));
                    joinStrangers();
                }
                if (isSpare && regular < most) {
                    count(-1);
                    isSpare = false;
                    count(1);
                }
                return !isSpare;
            }
        }

        /// A request has shown a valid token.
        void trust() {
            if (isTaken && isKnown) {
                return;
            }
            synchronized (ConnectionSlots.this) {
                requireTaken();
                isKnown = true;
                leaveStrangers();
                idle.remove(this);
            }
        }

        /// The request has been answered; the connection waits for the next one.
        void becomeIdle() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                if (isKnown) {
                    idle.add(this);
                } else {
                    leaveStrangers();
                    joinStrangers();
                }
            }
        }

        /// The connection has ended.
        void leave() {
            synchronized (ConnectionSlots.this) {
                if (isTaken) {
                    isTaken = false;
                    count(-1);
                    leaveStrangers();
                    idle.remove(this);
                }
            }
        }

        private void free(@Nullable Place other) {
            if (other != null) {
                other.leave();
                other.closing.run();
            }
        }

        private void joinStrangers() {
            since = nanoTime.getAsLong();
            strangers.add(this);
            if (peer != null && strangersByPeer.merge(peer, 1, Integer::sum) == share + 1) {
                crowds++;
            }
        }

        private void leaveStrangers() {
            if (strangers.remove(this) && peer != null) {
                Integer left = strangersByPeer.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
                crowds -= left != null && left == share ? 1 : 0;
            }
        }

        private void count(int change) {
            if (isSpare) {
                spare += change;
            } else {
                regular += change;
            }
        }

        private void requireTaken() {
            if (!isTaken) {
                throw new CloseConnectionException("closed to make room for another client");
            }
        }
    }
}
