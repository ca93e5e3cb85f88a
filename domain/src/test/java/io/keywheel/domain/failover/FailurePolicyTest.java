package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.FailurePolicy.Next.NEXT_KEY;
import static io.keywheel.domain.failover.FailurePolicy.Next.OTHER_MODEL;
import static io.keywheel.domain.failover.FailurePolicy.Next.OTHER_PROVIDER_FIRST;
import static io.keywheel.domain.failover.FailurePolicy.Next.RETURNED;
import static io.keywheel.domain.failover.Scope.Kind.GROUP;
import static io.keywheel.domain.failover.Scope.Kind.GROUP_MODEL;
import static io.keywheel.domain.failover.Scope.Kind.KEY;
import static io.keywheel.domain.failover.Scope.Kind.MODEL;
import static io.keywheel.domain.failover.Scope.Kind.NOTHING;
import static io.keywheel.domain.failover.Scope.Kind.PROVIDER;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The policy of each failure, which is the table of `docs/rotation.md`, its pause, and its texts for users.
class FailurePolicyTest extends PoolFixture {

    /// In the order of the table.
    private static final List<Failure> FAILURES = List.of(
            limited(null),
            new Failure.Overloaded("busy", null),
            new Failure.KeyRefused("invalid"),
            new Failure.AccountBlocked("unpaid"),
            new Failure.ModelUnavailable(NO),
            new Failure.Unavailable("down", null),
            new Failure.Unattributed("thrown"),
            new Failure.NotSent("no socket"),
            new Failure.TimedOut("slow"),
            new Failure.EmptyReply("nothing"),
            new Failure.TooLarge(NO),
            new Failure.Unsupported(NO),
            new Failure.Rejected(NO),
            new Failure.Interrupted("cut"),
            new Failure.Cancelled(),
            new Failure.OutOfTime());

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(\\w+)` \\|[^|]*\\| ([^|;:]*)[^|]*\\| ([^|]*?) ?\\| ([^|]*) \\|$");

    private static final RateLimitStatus SPENT = spentFor(Duration.ofSeconds(7));
    private static final Failure OUTAGE = new Failure.Unavailable("down", null);
    private static final Duration A_WEEK = Duration.ofDays(7);
    private static final UpstreamError REFUSAL = new UpstreamError(400, "the provider's words", null, null, null);
    private static final Target TARGET =
            new Target(provider(GROQ, "mine", "team").keys().getLast(), BIG, true);

    @Test
    void failure_policy_matches_the_table_in_rotation_md() throws IOException {
        String rows = ROW.matcher(Files.readString(Path.of("..", "docs", "rotation.md")))
                .results()
                .map(row -> String.join(" | ", row.group(1), row.group(2).strip(), backoff(row.group(3)), row.group(4)))
                .collect(joining("\n"));

        assertEquals(FAILURES.stream().map(FailurePolicyTest::row).collect(joining("\n")), rows);
    }

    @Test
    void failure_policy_test_covers_every_failure_type() {
        assertEquals(
                Stream.of(Failure.class.getPermittedSubclasses())
                        .flatMap(type -> type.isSealed() ? Stream.of(type.getPermittedSubclasses()) : Stream.of(type))
                        .map(Class::getSimpleName)
                        .sorted()
                        .toList(),
                FAILURES.stream()
                        .map(failure -> failure.getClass().getSimpleName())
                        .sorted()
                        .toList());
    }

    /// The cooldown without `Retry-After`, which ends the cell.
    private static String backoff(String cell) {
        return cell.equals("as `unavailable`") ? "about 0.5 s, doubling up to 20 s" : cell.replaceFirst(".*else ", "");
    }

    private static String row(Failure failure) {
        FailurePolicy policy = FailurePolicy.of(failure);
        return String.join(
                " | ",
                failure.kind().label(),
                scope(policy.scope()),
                pause(policy.backoff()),
                next(failure, policy.next()));
    }

    private static String scope(Scope.Kind scope) {
        return switch (scope) {
            case KEY -> "the key";
            case GROUP -> "the quota group";
            case GROUP_MODEL -> "the quota group, for this model";
            case MODEL -> "the provider's model";
            case PROVIDER -> "the provider";
            case NOTHING -> "nothing";
        };
    }

    private static String pause(Backoff backoff) {
        Duration first = backoff.pause(null, 0, 0.5);
        String about = backoff.pause(null, 0, 0).equals(first) ? "" : "about ";
        return backoff == Backoff.NONE
                ? ""
                : about + text(first) + ", doubling up to " + text(backoff.pause(null, Integer.MAX_VALUE, 0.5));
    }

    private static String text(Duration duration) {
        if (duration.equals(Duration.ofDays(1))) {
            return "a day";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + " min"
                : String.valueOf(duration.toMillis() / 1000.0).replaceFirst("\\.0$", "") + " s";
    }

    private static String next(Failure failure, FailurePolicy.Next next) {
        return switch (next) {
            case NEXT_KEY -> "next";
            case OTHER_PROVIDER_FIRST -> "other provider first";
            case OTHER_MODEL -> "the other models of the route; without one, returned";
            case RETURNED -> (failure instanceof Failure.Interrupted ? "reported" : "returned") + ", never retried";
        };
    }

    static List<Arguments> pauses() {
        return List.of(
                arguments("Retry-After first", limited(Duration.ofSeconds(42), SPENT), 3, Duration.ofSeconds(42)),
                arguments("then the reset of the empty bucket", limited(null, SPENT), 3, Duration.ofSeconds(7)),
                arguments("then exponential backoff", limited(null), 0, Duration.ofSeconds(2)),
                arguments("which doubles", limited(null), 4, Duration.ofSeconds(32)),
                arguments("up to a cap", limited(null), 5, Duration.ofMinutes(1)),
                arguments("for ever", limited(null), Integer.MAX_VALUE, Duration.ofMinutes(1)),
                arguments("a limit may last a day", limited(Duration.ofHours(23)), 0, Duration.ofHours(23)),
                arguments("and a week at most", limited(Duration.ofDays(999_999)), 0, A_WEEK),
                arguments("an outage 5 minutes", new Failure.Unavailable("down", A_WEEK), 0, Duration.ofMinutes(5)),
                arguments("an overload as well", new Failure.Overloaded("busy", A_WEEK), 0, Duration.ofMinutes(5)),
                arguments("a refused key an hour", new Failure.KeyRefused("invalid"), 0, Duration.ofHours(1)),
                arguments("a failure of the request no time", new Failure.EmptyReply("nothing"), 3, Duration.ZERO));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("pauses")
    void retry_after_then_bucket_reset_then_backoff_sets_the_cooldown(
            String what, Failure failure, int level, Duration pause) {
        assertEquals(pause, FailurePolicy.pause(failure, level, 0.5), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-5S"})
    void zero_or_past_retry_after_is_ignored(Duration said) {
        RateLimitStatus emptyForNoTime = reported(new RateLimitStatus.Bucket("requests", 10L, 0, said));

        assertEquals(Duration.ofSeconds(8), FailurePolicy.pause(limited(said), 2, 0.5));
        assertEquals(Duration.ofSeconds(8), FailurePolicy.pause(limited(null, emptyForNoTime), 2, 0.5));
        assertEquals(Duration.ofSeconds(4), FailurePolicy.pause(new Failure.Overloaded("busy", said), 2, 0.5));
        assertEquals(Duration.ofSeconds(2), FailurePolicy.pause(new Failure.Unavailable("down", said), 2, 0.5));
    }

    @ParameterizedTest(name = "Retry-After {0} ms, level {1}: {2} ms")
    @CsvSource({"1, 0, 1", "1, 1, 20", "1, 2, 40", "100, 3, 100", "100, 4, 160", "1, 20, 2000", "3000, 20, 3000"})
    void repeated_failure_with_tiny_retry_after_backs_off_from_20_ms(long asked, int level, long millis) {
        assertEquals(Duration.ofMillis(millis), FailurePolicy.pause(limited(Duration.ofMillis(asked)), level, 0.5));
    }

    @ParameterizedTest(name = "level {0}, chance {1}: {2} ms")
    @CsvSource({"0, 0, 375", "0, 0.5, 500", "0, 0.999, 624", "100, 0.999, 24990"})
    void outage_backoff_has_25_percent_jitter_and_a_cap(int level, double chance, long millis) {
        assertEquals(millis, FailurePolicy.pause(OUTAGE, level, chance).toMillis());
    }

    private static Failure limited(@Nullable Duration retryAfter, RateLimitStatus rateLimitStatus) {
        return new Failure.RateLimited("limited", retryAfter, rateLimitStatus);
    }

    static List<Arguments> messages() {
        return List.of(
                arguments(new Failure.ModelUnavailable(REFUSAL), "the provider's words"),
                arguments(new Failure.TooLarge(REFUSAL), "the provider's words"),
                arguments(new Failure.Unsupported(REFUSAL), "the provider's words"),
                arguments(new Failure.Rejected(REFUSAL), "the provider's words"),
                arguments(new Failure.Cancelled(), "the request was cancelled"),
                arguments(new Failure.OutOfTime(), "the request's deadline passed"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void failure_message_is_the_provider_error_message(Failure failure, String message) {
        assertEquals(message, failure.message());
    }

    @Test
    void upstream_error_prints_without_its_extra_fields() {
        var error = new UpstreamError(400, "no", "odd", "n", "bad", Extras.of("failed_generation", "\"words\""));

        assertEquals("UpstreamError[400, no, odd, n, bad]", error.toString());
    }

    @Test
    void failed_attempt_prints_its_key_and_failure_kind() {
        assertEquals("groq/2:timed_out", new FailedAttempt(TARGET, new Failure.TimedOut("slow"), false, 0).toString());
    }

    static List<Arguments> scopes() {
        return List.of(
                arguments(new Failure.KeyRefused("no"), "groq/2"),
                arguments(new Failure.AccountBlocked("unpaid"), "groq group team"),
                arguments(limited(null), "groq group team for big"),
                arguments(new Failure.Overloaded("busy", null), "groq for big"),
                arguments(new Failure.Unavailable("down", null), "groq"),
                arguments(new Failure.EmptyReply("nothing"), "nothing"));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void scope_prints_key_group_model_or_provider(Failure failure, String shown) {
        assertEquals(shown, Scope.of(failure, TARGET).map(Scope::toString).orElse("nothing"));
    }
}
