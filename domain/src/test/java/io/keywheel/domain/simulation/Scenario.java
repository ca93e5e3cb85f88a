package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that happens in a run, fixed beforehand, so that a part of it can be left out and the rest stays as it is.
///
/// @param organisations that the upstream names when it limits a group
record Scenario(
        List<ProviderProfile> pool,
        Map<QuotaGroup, String> organisations,
        List<Quota> quotas,
        List<Outage> outages,
        List<Request> requests) {

    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    /// How much the upstream lets a group have of a model.
    ///
    /// @param tokens whether it counts tokens, and not requests
    /// @param window how long it takes to fill
    /// @param continuous whether it fills little by little, and not all at once at the end of each window
    record Quota(
            QuotaGroup group,
            ModelId model,
            boolean tokens,
            int most,
            Duration window,
            boolean continuous,
            Reporting reporting) {

        Duration perUnit() {
            return window.dividedBy(most);
        }
    }

    /// What the upstream says of a quota.
    enum Reporting {
        NOTHING,
        RETRY_AFTER,
        EMPTY_BUCKET,
        /// Each answer says what is left.
        EACH_ANSWER
    }

    /// A time in which everything that is asked of a provider fails.
    record Outage(ProviderId provider, Instant from, Instant to, Failure failure) {

        boolean covers(ProviderId asked, Instant at) {
            return asked.equals(provider) && !at.isBefore(from) && at.isBefore(to);
        }
    }

    /// @param need its estimated tokens; 0 for unknown
    /// @param conversation 0 for none
    /// @param fates what becomes of its attempts, in turn
    record Request(
            int number,
            Instant at,
            Route route,
            boolean fallback,
            RequestLimits limits,
            long need,
            long conversation,
            List<Fate> fates) {

        Fate fate(int attempt) {
            return fates.get(attempt % fates.size());
        }
    }

    /// What becomes of an attempt.
    ///
    /// @param failure null if it is up to the quotas and outages
    /// @param streamed whether the answer begins half way
    /// @param chance spreads an outage's pause
    /// @param used how much of its estimated tokens it has spent by its end, unless it is refused
    record Fate(Duration latency, @Nullable Failure failure, boolean streamed, double chance, double used) {

        long spent(long need) {
            return (long) (need * used);
        }
    }

    /// Whether the upstream counts the key at `slot` with those of `group`.
    boolean isOf(KeySlot slot, QuotaGroup group) {
        QuotaGroup own = group(slot);
        String name = organisations.get(own);
        return own.equals(group)
                || (own.provider().equals(group.provider()) && name != null && name.equals(organisations.get(group)));
    }

    QuotaGroup group(KeySlot slot) {
        return pool.stream()
                .filter(profile -> profile.id().equals(slot.provider()))
                .findFirst()
                .orElseThrow()
                .key(slot)
                .group();
    }

    Scenario with(List<Request> others) {
        return new Scenario(pool, organisations, quotas, outages, others);
    }
}
