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

import io.keywheel.domain.rotation.PoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Compares the policy with the table of `docs/rotation.md`, row by row.
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
}
