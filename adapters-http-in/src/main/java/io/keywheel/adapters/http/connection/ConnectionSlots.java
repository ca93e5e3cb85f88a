package io.keywheel.adapters.http.connection;

import io.helidon.webserver.CloseConnectionException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Limits the connections, and selects one to close for a new one when all slots are taken.
///
/// A client is a stranger until one of its requests passes the access check. Strangers are closed first, the
/// longest silent one before the others; then the known client that has been idle longest. A client is idle until its
/// request has arrived in full, too: otherwise, one client could hold all connections by slow requests. A known
/// client's request that is being answered is never closed for a new connection.
final class ConnectionSlots {

    /// Extra slots, so that health checks are answered while active requests take all others.
    static final int SPARE = 16;

    /// A younger stranger may be about to send its first request. It is closed only if strangers exceed their
    /// share, or instead of an idle known client.
    private static final long GRACE_NANOS = 1_000_000_000;

    private final int most;
    private final LongSupplier nanoTime;

    /// How many strangers, in total and per peer, keep their slots when other connections need one.
    private final int share;

    /// The longest silent first.
    private final SequencedSet<Slot> strangers = new LinkedHashSet<>();

    private final Map<Object, Integer> strangersByPeer = new HashMap<>();

    /// The number of peers that have more strangers than their share.
    private int peersOverShare;

    private final SequencedSet<Slot> idle = new LinkedHashSet<>();
    private int regular;
    private int spare;

    /// @param most the limit of connections; at the limit, strangers, and those of one peer, may keep a quarter
    /// @param nanoTime the clock, as [System#nanoTime]
    ConnectionSlots(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.share = Math.max(1, most / 4);
    }

    /// The connection to close; null if strangers are few and new, and no known client is idle.
    ///
    /// @param fromSpare whether the connection may have a spare slot
    private @Nullable Slot slotToEvict(boolean fromSpare) {
        Predicate<Slot> isUsable = slot -> fromSpare || !slot.isSpare;
        Slot overShare = peersOverShare > 0 ? first(strangers, isUsable.and(Slot::isPeerOverShare)) : null;
        if (overShare != null) {
            return overShare;
        }
        // The search skips at most SPARE connections.
        Slot oldest = first(strangers, isUsable);
        boolean evictsOldest = oldest != null
                && (strangers.size() > share || !idle.isEmpty() || nanoTime.getAsLong() - oldest.since > GRACE_NANOS);
        return evictsOldest ? oldest : first(idle, isUsable);
    }

    private static @Nullable Slot first(SequencedSet<Slot> slots, Predicate<Slot> which) {
        for (Slot slot : slots) {
            if (which.test(slot)) {
                return slot;
            }
        }
        return null;
    }

    /// The slot of one connection. Except [#becomeIdle], the methods are for the serving thread. After another
    /// connection has got the slot, they throw, which ends this connection.
    final class Slot {

        private final @Nullable Object peer;
        private final Runnable closeAction;
        private boolean isTaken;
        private boolean isSpare;
        private boolean isKnown;
        private long since;

        /// @param peer whose share it counts against; null for none
        /// @param closeAction starts to close the connection, without waiting for the end
        Slot(@Nullable Object peer, Runnable closeAction) {
            this.peer = peer;
            this.closeAction = closeAction;
        }

        private boolean isPeerOverShare() {
            return peer != null && strangersByPeer.getOrDefault(peer, 0) > share;
        }

        void acquire() {
            synchronized (ConnectionSlots.this) {
                if (regular >= most) {
                    boolean allSpareTaken = spare >= SPARE;
                    Slot evicted = slotToEvict(allSpareTaken);
                    evict(allSpareTaken && evicted == null ? first(strangers, _ -> true) : evicted);
                }
                isSpare = regular >= most;
                count(1);
                isTaken = true;
                addToStrangers();
            }
        }

        /// Called at the first bytes of a request or message: of the idle clients, it is now the last to be closed.
        void touch() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                if (idle.remove(this)) {
                    idle.add(this);
                }
            }
        }

        /// Called when a request has arrived in full.
        void becomeBusy() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                idle.remove(this);
            }
        }

        /// Whether a request other than a health check may be answered.
        boolean tryBecomeRegular() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                if (isSpare && regular >= most) {
                    removeFromStrangers();
                    evict(slotToEvict(false));
                    addToStrangers();
                }
                if (isSpare && regular < most) {
                    count(-1);
                    isSpare = false;
                    count(1);
                }
                return !isSpare;
            }
        }

        /// Called when a request has passed the access check.
        void trust() {
            synchronized (ConnectionSlots.this) {
                requireTaken();
                isKnown = true;
                removeFromStrangers();
                idle.addLast(this);
            }
        }

        /// Called when the connection waits for the next request or message; without effect after its end. For any
        /// thread.
        void becomeIdle() {
            synchronized (ConnectionSlots.this) {
                if (!isTaken) {
                    return;
                }
                if (isKnown) {
                    idle.add(this);
                } else {
                    removeFromStrangers();
                    addToStrangers();
                }
            }
        }

        void release() {
            synchronized (ConnectionSlots.this) {
                if (isTaken) {
                    isTaken = false;
                    count(-1);
                    removeFromStrangers();
                    idle.remove(this);
                }
            }
        }

        private void evict(@Nullable Slot other) {
            if (other != null) {
                other.release();
                other.closeAction.run();
            }
        }

        private void addToStrangers() {
            since = nanoTime.getAsLong();
            strangers.add(this);
            if (peer != null && strangersByPeer.merge(peer, 1, Integer::sum) == share + 1) {
                peersOverShare++;
            }
        }

        private void removeFromStrangers() {
            if (strangers.remove(this) && peer != null) {
                Integer left = strangersByPeer.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
                peersOverShare -= left != null && left == share ? 1 : 0;
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
