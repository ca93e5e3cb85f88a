package io.keywheel.domain.quota;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Target;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls and quota reports of one quota group. Most cases are rows of steps, and what is expected after `>`. Calls are
/// named by their start in ms, and after `/` by their estimated tokens:
///
/// - `at 200`: it is 200 ms after the start; a call is `answering` from its first content on
/// - `begin 500`: a call of 500 tokens begins; `admit 500`: it may; `> blocked 500`: those in flight block one
/// - `left 0/500 tokens 900`: the call was answered with 900 tokens left; `refill 1/5/400`: with one request of 5 left,
///   and the others in 400 ms one by one; `lasting 0`: with none left, for ever; `end`: with no report
/// - `> holds 500`: so many tokens are left, apart from calls in flight; `> ready`: a request is left
/// - `> free 304`: the calls in flight block another one until then; `> room`: a claimed call may begin
/// - `other begin`: so in the other group; `merge`: which becomes part of this one
final class AdmissionControlTest extends PoolFixture {

    private static final SpentTokens ALL = new SpentTokens(1, Long.MAX_VALUE);
    private static final PoolKey KEY = new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "a"), "00000000");

    /// The bucket refills 100 tokens per second.
    private static final Bucket TOKENS = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true);

    private final AdmissionControl admission = new AdmissionControl();
    private final AdmissionControl other = new AdmissionControl();
    private Instant now = START;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Calls in flight
                    calls in flight never exceed the remaining quota | left 0 requests 3; admit; admit; admit > blocked
                    calls in flight never exceed the remaining quota | left 0 tokens 1000; admit 400; admit 400 > blocked 201; admit 200
                    calls in flight never exceed the remaining quota without a reset | left 0 lasting 0; admit > blocked
                    a postponed call is in flight from its actual start | left 0 requests 1; at 1000; begin; at 1600 > inflight 1; postpone 1000; at 2599.999999 > inflight 1; at 2600 > inflight 0
                    a postponed call is in flight from its actual start | left 0 requests 1; at 1000; begin; at 2500 > inflight 0; postpone 1000; at 3499.999999 > inflight 1; at 3500 > inflight 0
                    an unknown call is not in flight when it begins | postpone 0 > inflight 0
                    a call of a removed key counts as fully spent | left 0 tokens 1000; at 1000; begin 400; answering 1000/400; remove; fail 1000/400 > holds 600
                    a block ends with the call in flight that caused it | left 0 tokens 1000; begin 400; begin 400; fail 0/400 > blocked 601; admit 600
                    merged groups count the calls in flight of both, the earlier one first | other begin; at 1; begin; merge > inflight 2; at 1000 > inflight 1
                    a merged group takes over the window of a limit | other limit 0; merge; begin > blocked
                    a call without refusal for a second blocks no other | left 0 tokens 1000; begin 600 > blocked 500; at 1000; admit 500
                    a claim is decided without calls that were not refused for a second | limit 0; at 1000; begin; at 2000 > room
                    only a probe is admitted with an empty bucket | left 0 requests 0 > room-for-probe, no-room
                    # Reports
                    the report of the later call wins | left 0 tokens 100; at 1000; left 1000 tokens 700 > holds 700
                    the report of the later call wins | at 1000; left 1000 tokens 700; left 0 tokens 100 > holds 700
                    the report of the later call wins | at 200; left 200 tokens 700; left 0 tokens 100 > holds 700
                    the lower report of simultaneous calls wins | left 0 tokens 100; at 50; left 50 tokens 700; at 1000 > holds 100
                    the lower report of simultaneous calls wins | at 50; left 50 tokens 700; left 0 tokens 100 > holds 100
                    a rate limit reports the remaining quota like an answer | limit 0 tokens 100 > holds 100
                    a report excludes calls admitted after its own | begin; answering 0; at 200; begin 500; answering 200/500; left 0 tokens 1000 > holds 500
                    a report excludes calls admitted after its own that have ended | begin; answering 0; at 200; begin 500; end 200/500; left 0 tokens 1000 > holds 500
                    a report includes calls admitted before its own | begin; at 900; begin; at 1500; answering 900; left 900 requests 1 > ready
                    a call included in the report of a later one is not subtracted when it is admitted | begin 100; at 200; left 200 tokens 1000; answering 0/100 > holds 1000
                    a call already included in a lower report is not subtracted again | left 0 tokens 800; at 1; begin 100; left 1/100 tokens 900 > holds 800
                    simultaneous reports keep the later full time of a continuous bucket | left 0 refill 1/5/400; at 90; left 90 refill 1/5/399; at 91; begin; at 198 > blocked; at 200; admit
                    simultaneous reports keep the later full time of a continuous bucket | at 90; left 90 refill 1/5/399; left 0 refill 1/5/400; at 91; begin; at 198 > blocked; at 200; admit
                    # Merges
                    a merged group takes over the only report | other left 0 requests 9 tokens 100; at 1000; merge > holds 100
                    a merged group keeps the later report of the other | left 0 requests 9 tokens 100; other left 0 requests 9 tokens 0; at 1000; other left 1000 requests 9 tokens 700; merge > holds 700
                    a merged group keeps its own later report | other left 0 requests 9 tokens 100; left 0 requests 9 tokens 0; at 1000; left 1000 requests 9 tokens 700; merge > holds 700
                    a report from before a merge includes all calls admitted before the merge | other begin 700; other answering 0/700; begin 500; end 0/500; begin 500; end 0/500; merge; begin 50; end 0/50; left 0/700 requests 2 tokens 150 > holds 100; admit 1 > blocked 1
                    a report from before a merge excludes later calls of the other group | other begin; other answering 0; at 200; begin 500; answering 200/500; merge; left 0 tokens 1000 > holds 500
                    a call from before a merge takes nothing from the other group | at 500; begin 400; at 0; other left 0 tokens 1000; at 2000; merge > holds 1000
                    a call from before a merge takes nothing from the other group | at 500; other begin 400; at 0; left 0 tokens 1000; at 2000; merge > holds 1000
                    # A bucket of few requests that refills one each 100 ms, with slower answers
                    the next request is refilled from the send time of the call | left 0 refill 0/1/100; at 200; begin > free 304; at 350; begin > free 454
                    a burst takes the whole bucket | left 0 refill 0/3/300; at 1000; begin; begin; begin > free 1110
                    a report includes calls in flight sent 4 ms before its own | at 950; begin; at 1000; begin; at 1050; left 1000 refill 0/1/100 > free 1104
                    a report includes calls in flight sent 4 ms before its own | at 996; begin; at 1000; begin; at 1050; left 1000 refill 0/1/100 > free 1104
                    a report excludes calls in flight sent 3 ms before its own | at 997; begin; at 1000; begin; at 1050; left 1000 refill 0/1/100 > free 1204
                    a report excludes calls in flight sent with its own | at 1000; begin; begin; at 1050; left 1000 refill 0/1/100 > free 1204
                    a call admitted late takes its request as of its send time | left 0 refill 0/1/100; at 1000; begin; at 1500; begin; at 1600; end 1500; at 1610; end 1000 > ready; begin > free 1714
                    a call sent within a refill of the next still takes its request | left 0 refill 0/1/100; at 1000; begin; at 1099; begin; at 1150; end 1099 > free 1303
                    """)
    void admission_follows_calls_and_reports(String what, String steps) {
        for (String step : steps.split("; ", -1)) {
            String row = what + ": " + step;
            boolean isOther = step.startsWith("other ");
            String[] both = step.replaceFirst("^other ", "").split(" > ", -1);
            take(isOther ? other : admission, List.of(both[0].split(" ", -1)), row);
            for (String expected : both.length > 1 ? both[1].split(", ", -1) : new String[0]) {
                check(List.of(expected.split(" ", -1)), row);
            }
        }
    }

    private void take(AdmissionControl group, List<String> words, String row) {
        String first = words.size() > 1 ? words.get(1) : "0";
        switch (words.getFirst()) {
            case "at" -> now = at(first);
            case "begin" -> group.begin(KEY, now, Long.parseLong(first));
            case "admit" -> {
                assertNull(group.inFlightBlock(Long.parseLong(first), now), row);
                group.begin(KEY, now, Long.parseLong(first));
            }
            case "answering" -> group.answering(call(first), now);
            case "left", "end" -> group.answered(call(first), status(words), ALL, now);
            case "limit" -> group.limited(call(first), status(words), now);
            case "fail" -> group.failed(call(first), SpentTokens.NOTHING, now);
            case "postpone" -> group.postpone(call(first), now);
            case "remove" -> group.retainKeys(_ -> false, now);
            case "merge" -> group.merge(other, now);
            default -> fail(row);
        }
    }

    private void check(List<String> words, String row) {
        String first = words.getLast();
        switch (words.getFirst()) {
            case "blocked" ->
                assertNotNull(admission.inFlightBlock(words.size() > 1 ? Long.parseLong(first) : 0, now), row);
            case "inflight" -> assertEquals(Integer.parseInt(first), admission.inFlight(now), row);
            case "holds" -> assertHolds(Long.parseLong(first), now, row);
            case "ready" -> assertNull(admission.quotaBlock(0, now), row);
            case "room" -> assertTrue(admission.hasRoomWithout(List.of(), 0, false, now), row);
            case "no-room" -> assertFalse(admission.hasRoomWithout(List.of(), 0, false, now), row);
            case "room-for-probe" -> assertTrue(admission.hasRoomWithout(List.of(), 0, true, now), row);
            case "free" -> {
                var block = requireNonNull(admission.inFlightBlock(0, at(first).minusNanos(1)), row);
                assertEquals(at(first), block.until(), row);
                assertNull(admission.inFlightBlock(0, at(first)), row);
            }
            default -> fail(row);
        }
    }

    private static Instant at(String millis) {
        return START.plusNanos(new BigDecimal(millis).movePointRight(6).longValueExact());
    }

    private static Step.Attempt call(String named) {
        String[] parts = named.split("/", -1);
        return call(at(parts[0]), parts.length > 1 ? Long.parseLong(parts[1]) : 0);
    }

    private static Step.Attempt call(Instant begun, long need) {
        return new Step.Attempt(new Target(KEY, BIG, true), Set.of(), begun, need, 0);
    }

    private static RateLimitStatus status(List<String> words) {
        var buckets = new ArrayList<Bucket>();
        for (int i = 2; i < words.size(); i += 2) {
            List<Long> left = Stream.of(words.get(i + 1).split("/", -1))
                    .map(Long::valueOf)
                    .toList();
            buckets.add(
                    switch (words.get(i)) {
                        case "tokens" -> tokens(left.getFirst());
                        case "requests" -> requests(left.getFirst());
                        case "lasting" -> new Bucket("requests", 30L, left.getFirst(), null);
                        default ->
                            new Bucket("requests", left.get(1), left.get(0), Duration.ofMillis(left.get(2)), true);
                    });
        }
        return new RateLimitStatus(buckets);
    }

    private static Bucket requests(long remaining) {
        return new Bucket("requests", 30L, remaining, A_MINUTE);
    }

    private static Bucket tokens(long remaining) {
        return new Bucket("tokens", 8000L, remaining, A_MINUTE);
    }

    private void report(Instant begun, List<Bucket> left) {
        admission.answered(call(begun, 0), new RateLimitStatus(left), ALL, begun);
    }

    private void assertHolds(long tokens, Instant now, String row) {
        assertNull(admission.quotaBlock(tokens, now), row);
        assertNotNull(admission.quotaBlock(tokens + 1, now), row);
    }

    @Test
    void call_larger_than_the_limit_is_not_blocked_by_calls_in_flight() {
        report(START, List.of(new Bucket("tokens", 300L, 0, A_SECOND)));
        Instant full = START.plus(A_SECOND);
        admission.begin(KEY, full, 284);

        AdmissionBlock inFlightBlock = admission.inFlightBlock(284, full);

        assertNull(admission.inFlightBlock(301, full));
        assertEquals(new AdmissionBlock(full.plus(A_SECOND), 284, 300), inFlightBlock);
        admission.begin(KEY, full, 284);
        admission.answered(call(full, 284), RateLimitStatus.UNKNOWN, ALL, full);
        assertEquals(inFlightBlock, admission.inFlightBlock(284, full), "what is left after the reset is not known");
    }

    static List<Arguments> blocks() {
        return List.of(
                arguments(List.of(TOKENS, requests(9)), 0, START.plusMillis(500), 1000),
                arguments(List.of(TOKENS, requests(9)), 100, START.plusMillis(500), 1010),
                arguments(List.of(TOKENS, new Bucket("requests", 30L, 1, null)), 0, START.plus(A_SECOND), 1000));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void call_is_blocked_until_enough_is_refilled_or_the_first_in_flight_is_admitted(
            List<Bucket> left, long millis, Instant until, long most) {
        report(START, left);
        admission.begin(KEY, START, 600);

        assertEquals(new AdmissionBlock(until, 450, most), admission.inFlightBlock(450, START.plusMillis(millis)));
    }

    @Test
    void block_by_a_call_in_flight_is_rechecked_once_quota_without_it_is_enough() {
        report(START, List.of(TOKENS));
        admission.begin(KEY, START.plusMillis(1), 1000);

        AdmissionBlock block = requireNonNull(admission.quotaBlock(1500, START.plusMillis(1)));

        assertEquals(START.plusSeconds(5), block.recheck());
        assertTrue(block.until().isAfter(block.recheck()));
    }

    static List<Arguments> shortages() {
        return List.of(
                arguments(requests(3), 0, 100, true),
                arguments(requests(3), 0, 101, false),
                arguments(tokens(1000), 201, 100, true),
                arguments(tokens(1000), 200, 100, false));
    }

    @ParameterizedTest
    @MethodSource("shortages")
    void quota_shortage_counts_one_recent_call_more_per_other_gateway(
            Bucket left, long need, long millis, boolean isShort) {
        report(START, List.of(left));
        admission.begin(KEY, START.plusNanos(1), 400);

        assertEquals(
                isShort,
                admission.mayExceedLimit(1, need, START.plusMillis(millis).plusNanos(1)));
    }

    @Test
    void slow_start_is_short_for_another_gateway_until_a_call_is_admitted() {
        admission.limited(call(START, 0), RateLimitStatus.UNKNOWN, START);
        Instant later = START.plus(A_SECOND);
        admission.begin(KEY, later, 0);

        assertTrue(admission.mayExceedLimit(1, 0, later.plus(A_SECOND).minusNanos(1)));
        assertFalse(admission.mayExceedLimit(1, 0, later.plus(A_SECOND)));
    }

    @Test
    void later_claims_do_not_block_a_call_and_the_check_changes_no_state() {
        report(START, List.of(tokens(1000)));
        admission.begin(KEY, START.plusMillis(1), 100);
        Instant later = START.plus(A_SECOND).plusMillis(1);
        List.of(300L, 300L, 400L).forEach(need -> admission.begin(KEY, later, need));
        var claims = List.of(call(later, 300), call(later, 300));

        assertTrue(admission.hasRoomWithout(claims, 500, false, later));
        assertFalse(admission.hasRoomWithout(claims, 501, false, later));

        assertHolds(900, later, "");
        assertNotNull(admission.inFlightBlock(1, later));
    }

    @Test
    void simultaneous_reports_may_have_endless_resets() {
        var endless = new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(Long.MAX_VALUE), true);

        report(START, List.of(endless));
        report(START, List.of(endless));

        assertHolds(1000, START, "");
    }
}
