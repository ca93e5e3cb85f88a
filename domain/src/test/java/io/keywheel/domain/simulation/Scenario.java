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

/// All events of a run, fixed beforehand, so that parts can be removed without changing the rest.
///
/// @param organisations reported by the provider with a rate limit
record Scenario(
        List<ProviderProfile> pool,
        Map<QuotaGroup, String> organisations,
        List<Quota> quotas,
        List<Outage> outages,
        List<Request> requests) {

    /// The upstream's limit of a group and model.
    ///
    /// @param tokens whether the limit counts tokens instead of requests
    /// @param window the time to fill
    /// @param continuous whether the quota refills continuously instead of at the end of each window
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

    /// How the provider reports a quota.
    enum Reporting {
        NOTHING,
        RETRY_AFTER,
        EMPTY_BUCKET,
        /// Each answer reports the remaining quota.
        EACH_ANSWER
    }

    /// A period in which all calls to a provider fail.
    record Outage(ProviderId provider, Instant from, Instant to, Failure failure) {

        boolean covers(ProviderId asked, Instant at) {
            return asked.equals(provider) && !at.isBefore(from) && at.isBefore(to);
        }
    }

    /// @param need the estimated tokens; 0 for unknown
    /// @param conversation 0 for none
    /// @param fates the outcomes of the attempts, in turn
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

    /// The scripted outcome of an attempt.
    ///
    /// @param failure null if quotas and outages decide
    /// @param streamed whether the answer begins half way
    /// @param chance spreads the cooldown of an outage
    /// @param used the spent fraction of the estimated tokens, unless the call is refused
    record Fate(Duration latency, @Nullable Failure failure, boolean streamed, double chance, double used) {

        long spent(long need) {
            return (long) (need * used);
        }
    }

    /// Whether the provider counts the key at `slot` with those of `group`.
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
