package io.keywheel.application.port.in;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.routing.VirtualModels;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The exception for each end of a chat without an answer.
class ChatExceptionTest {

    private static final ProviderId GROQ = new ProviderId("groq");
    private static final ModelId MODEL = new ModelId("gpt-oss-20b");
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);

    static List<Failure> failuresOfAnAttempt() {
        return List.of(
                new Failure.RateLimited("too many", null, RateLimitStatus.UNKNOWN),
                new Failure.Overloaded("busy", null),
                new Failure.KeyRefused("no"),
                new Failure.AccountBlocked("unpaid"),
                new Failure.ModelUnavailable(NO),
                new Failure.Unavailable("down", null),
                new Failure.TimedOut("slow"),
                new Failure.EmptyReply("nothing"),
                new Failure.TooLarge(NO),
                new Failure.Unsupported(NO),
                new Failure.Rejected(NO));
    }

    @ParameterizedTest
    @MethodSource("failuresOfAnAttempt")
    void last_attempt_failure_becomes_the_exception(Failure failure) {
        var exception = assertInstanceOf(AttemptFailedException.class, stopped(failure));

        assertEquals(failure, exception.last().failure());
        assertEquals(failure.message(), exception.getMessage());
        assertEquals(List.of(exception.last()), exception.attempts());
    }

    @ParameterizedTest(name = "{0} of {1}: {2} Near: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "groq/gpt-oss-21b | groq/gpt-oss-21b | No key of groq can use the model 'gpt-oss-21b' | groq/gpt-oss-20b",
                "gpt-oss-21b | groq/gpt-oss-21b | No key of groq can use the model 'gpt-oss-21b' | gpt-oss-20b",
                "groq/gpt-oss-20b | groq/gpt-oss-20b | No key of groq can use the model 'gpt-oss-20b' |",
                "gpt-oss-21b | cerebras/gpt-oss-21b | No key of cerebras can use the model 'gpt-oss-21b' |",
                "fas | groq/fas | No key of groq can use the model 'fas' |",
                "fast | groq/m1 | No key can use what the model 'fast' stands for: groq/m1 |",
                "smart | groq/m1,groq/m2,groq/m3"
                        + "| No key can use what the model 'smart' stands for: groq/m1, groq/m2, groq/m3 |",
                "smart | groq/a,groq/b,groq/c,groq/d,groq/e,groq/f,groq/g,groq/h,groq/i,groq/j,groq/k,groq/l"
                        + "| No key can use what the model 'smart' stands for: groq/a, groq/b, groq/c, groq/d, groq/e, "
                        + "groq/f, groq/g, groq/h, groq/i, groq/j and 2 more |",
                "smart | groq/gpt-oss-21b,groq/m2"
                        + "| No key can use what the model 'smart' stands for: groq/gpt-oss-21b, groq/m2 | gpt-oss-20b",
                "smart | groq/gpt-oss-20b,groq/gpt-oss-21b"
                        + "| No key can use what the model 'smart' stands for: groq/gpt-oss-20b, groq/gpt-oss-21b |",
                "gpt-oss-20b | groq/gpt-oss-21b | No key of groq can use the model 'gpt-oss-21b' |",
            })
    void unknown_model_is_reported_with_its_first_targets_and_near_matches(
            String asked, String targets, String message, @Nullable String near) {
        Route route = Route.of(
                Stream.of(targets.split(",")).map(ChatExceptionTest::target).toList());

        var exception = assertInstanceOf(
                UnknownModelException.class,
                ChatException.of(new Exhaustion.NoSuchModel(route), List.of(), asked, catalog()));

        assertEquals(message, exception.getMessage());
        assertEquals(near == null ? List.of() : List.of(near), exception.nearMatches());
    }

    private static RouteTarget target(String text) {
        String[] parts = text.split("/");
        return new RouteTarget(new ProviderId(parts[0]), new ModelId(parts[1]));
    }

    @Test
    void exhaustion_without_any_key_reports_no_target_with_a_key() {
        assertEquals("No target of 'only' has a key", allFailed(GROQ, List.of(), Instant.MAX));
        assertEquals("No target of 'only' has a key", allFailed(null, List.of(), Instant.MAX));
    }

    @Test
    void cooling_or_tried_keys_are_reported_as_failed() {
        var asked = List.of(new FailedAttempt(target(), new Failure.KeyRefused("no"), false, 0));

        assertEquals("All keys of groq failed", allFailed(GROQ, List.of(), Instant.EPOCH));
        assertEquals("All keys of groq failed", allFailed(GROQ, asked, Instant.MAX));
    }

    private static @Nullable String allFailed(
            @Nullable ProviderId provider, List<FailedAttempt> attempts, Instant readyAt) {
        var exhaustion = new Exhaustion.AllFailed(provider, new Unavailability(List.of(), 0, Set.of(), readyAt), false);
        return ChatException.of(exhaustion, attempts, "only", catalog()).getMessage();
    }

    @Test
    void stack_trace_has_the_first_ten_attempts() {
        var asked = Collections.nCopies(11, new FailedAttempt(target(), new Failure.KeyRefused("no"), false, 0));

        String text = new ChatException.DeadlineExceededException(asked).toString();

        assertTrue(
                text.endsWith("its deadline (" + "groq/1:key_refused, ".repeat(9) + "groq/1:key_refused and 1 more)"));
        assertTrue(new ChatCancelledException(List.of()).toString().endsWith("was cancelled"));
    }

    @Test
    void bad_settings_list_all_problems() {
        var exception = new BadSettingsException(List.of("A is empty", "B is no number"));

        assertEquals(List.of("A is empty", "B is no number"), exception.problems());
        assertEquals("A is empty; B is no number", exception.getMessage());
    }

    private static ChatException stopped(Failure failure) {
        var last = new FailedAttempt(target(), failure, false, 0);
        return ChatException.of(new Exhaustion.Stopped(), List.of(last), "auto", catalog());
    }

    private static Target target() {
        return new Target(new PoolKey(new KeySlot(GROQ, 1), new QuotaGroup(GROQ, "g"), "c0ffee01"), MODEL, true);
    }

    private static ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.put(GROQ, new LinkedHashSet<>(List.of(MODEL)));
        var virtual = new LinkedHashMap<String, VirtualModels.Definition>();
        virtual.put("fast", new VirtualModels.Definition(Route.to(GROQ, new ModelId("m1")), List.of()));
        return new ModelCatalog(models, new VirtualModels(virtual));
    }
}
