package io.keywheel.experiments;

import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;

/// A requirement that Keywheel must meet with every seed.
///
/// @param isMet tests Keywheel's figures against those of the oracle
record Requirement(
        String what, String bound, List<Scenario> scenarios, Column column, BiPredicate<Figures, Figures> isMet) {

    static final List<Requirement> ALL = List.of(
            new Requirement(
                    "at 90 % of the pooled capacity, evenly refilling: requests served",
                    "all", List.of(Scenario.STEADY), Column.SERVED, (keywheel, _) -> keywheel.servedAll()),
            new Requirement(
                    "at 90 % of the pooled capacity, minute by minute: requests served",
                    "all that the oracle serves, or 99.8 %",
                    List.of(Scenario.STEADY_WINDOWS),
                    Column.SERVED,
                    (keywheel, oracle) -> keywheel.served() >= oracle.served() || keywheel.servedShare() >= 0.998),
            new Requirement(
                    "at 90 % of the pooled capacity: upstream calls wasted",
                    "at most 2 %",
                    List.of(Scenario.STEADY, Scenario.STEADY_WINDOWS),
                    Column.WASTED,
                    (keywheel, _) -> keywheel.wastedShare() <= 0.02),
            new Requirement(
                    "at 150 %, with waiting: served of what the limits can give",
                    "at least 95 %",
                    Scenario.OVERLOADS_WAITING,
                    Column.CAPACITY,
                    (keywheel, _) -> keywheel.capacityShare() >= 0.95),
            new Requirement(
                    "the same, where sizes and limits are known: upstream calls wasted",
                    "at most 5 %",
                    Scenario.OVERLOADS_REPORTED,
                    Column.WASTED,
                    (keywheel, _) -> keywheel.wastedShare() <= 0.05),
            new Requirement(
                    "limits of a few requests, exactly reported: upstream calls wasted",
                    "at most 1 %",
                    List.of(Scenario.SMALL_LIMITS, Scenario.SMALL_LIMITS_SLOW),
                    Column.WASTED,
                    (keywheel, _) -> keywheel.wastedShare() <= 0.01),
            new Requirement(
                    "chats: cached tokens of the prompts, of those with one key for all",
                    "at least 80 %",
                    Scenario.CONVERSATIONS,
                    Column.CACHED_OF_ONE_KEY,
                    (keywheel, _) -> keywheel.hitShare() >= 0.8),
            new Requirement(
                    "chats: answers of the busiest organisation, of those of the least busy one",
                    "at most 1.5",
                    Scenario.CONVERSATIONS,
                    Column.SPREAD,
                    (keywheel, _) -> keywheel.spread() <= 1.5),
            new Requirement(
                    "a dead provider: calls to it in its first 6 s",
                    "at most 12",
                    List.of(Scenario.OUTAGE),
                    Column.FIRST_PROBES,
                    (keywheel, _) -> keywheel.firstProbes() <= 12),
            new Requirement(
                    "a dead provider: used again after its return",
                    "within 30 s",
                    List.of(Scenario.OUTAGE),
                    Column.BACK,
                    (keywheel, _) -> keywheel.backAfter() != null
                            && keywheel.backAfter().compareTo(Duration.ofSeconds(30)) <= 0),
            new Requirement(
                    "a recovered key: used after its deadline",
                    "within one request: by no. 2",
                    List.of(Scenario.EXHAUSTED),
                    Column.REQUESTS_UNTIL_BACK,
                    (keywheel, _) -> keywheel.requestsUntilBack() != null && keywheel.requestsUntilBack() <= 2));
}
