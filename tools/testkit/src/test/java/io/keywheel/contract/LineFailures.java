package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an adapter calls what went wrong, and what it calls otherwise for its mutant.
final class LineFailures {

    static final String NO_END = "it ended before its answer did";

    private final ProviderSettings settings;
    private final Mutant mutant;
    private final boolean streamed;

    LineFailures(ProviderSettings settings, Mutant mutant, boolean streamed) {
        this.settings = settings;
        this.mutant = mutant;
        this.streamed = streamed;
    }

    /// @param speaks whether it answered in lines at all
    /// @param wait what it says about when to come back, in seconds
    Failure refused(int status, boolean speaks, String words, String wait) {
        if (!speaks) {
            return foreign(status, words);
        }
        String masked = mutant.is("repeats_no_key_of_a_refusal") ? words : masked(words);
        String message = mutant.is("keeps_the_words_of_a_refusal") ? "no" : masked;
        boolean tells = !mutant.is("tells_when_a_limit_ends");
        return failure(status, message, Duration.ofSeconds(tells ? Long.parseLong(wait) : 0));
    }

    /// Somebody else's words, on his way or before it. A status says enough but where it is just a page's.
    private Failure foreign(int status, String words) {
        if (status == 200 && mutant.is("is_unavailable_where_a_page_is_served_instead")) {
            return new Failure.EmptyReply("a page");
        }
        if (status == 403 && mutant.is("is_unavailable_where_the_network_forbids")) {
            return new Failure.KeyRefused("a page");
        }
        return status == 200 || status == 403 || mutant.is("goes_by_the_status_of_a_refusal_with_foreign_words")
                ? new Failure.Unavailable("it does not speak in lines", null)
                : failure(status, quoted(words), Duration.ZERO);
    }

    /// A line that is none of its own.
    Failure strange(String line, boolean said) {
        return said ? new Failure.Interrupted(quoted(line)) : new Failure.Unavailable(quoted(line), null);
    }

    private String quoted(String words) {
        return "it said " + (mutant.is("repeats_no_key_of_what_it_cannot_read") ? words : masked(words));
    }

    private Failure failure(int status, String message, Duration wait) {
        var upstreamError =
                new UpstreamError(mutant.is("keeps_the_status_of_a_refusal") ? 418 : status, message, null, null, null);
        Kind kind = kind(status);
        if (mutant.is("knows_" + kind.name().toLowerCase(Locale.ROOT)) && wait.isZero()) {
            return kind == Kind.REJECTED ? new Failure.TooLarge(upstreamError) : new Failure.TimedOut(message);
        }
        return switch (kind) {
            case REJECTED -> new Failure.Rejected(upstreamError);
            case KEY_REFUSED -> new Failure.KeyRefused(message);
            case ACCOUNT_BLOCKED -> new Failure.AccountBlocked(message);
            case MODEL_UNAVAILABLE -> new Failure.ModelUnavailable(upstreamError);
            case TOO_LARGE -> new Failure.TooLarge(upstreamError);
            case UNSUPPORTED -> new Failure.Unsupported(upstreamError);
            case RATE_LIMITED -> new Failure.RateLimited(message, wait, RateLimitStatus.UNKNOWN);
            case OVERLOADED -> new Failure.Overloaded(message, null);
            default -> new Failure.Unavailable(message, null);
        };
    }

    private static Kind kind(int status) {
        for (Kind kind : Kind.values()) {
            if (LineWire.status(kind) == status) {
                return kind;
            }
        }
        return Kind.UNAVAILABLE;
    }

    Failure brokeDown(String words, boolean said) {
        String masked = mutant.is("repeats_no_key_of_a_broken_stream") ? words : masked(words);
        String message = mutant.is("says_in_the_providers_words_what_broke_a_stream") ? "it broke" : masked;
        if (said) {
            return mutant.is("is_interrupted_where_the_provider_breaks_after_its_content")
                    ? new Failure.Unavailable(message, null)
                    : new Failure.Interrupted(message);
        }
        return mutant.is("is_unavailable_where_the_provider_breaks_before_its_content")
                ? new Failure.EmptyReply(message)
                : new Failure.Unavailable(message, null);
    }

    /// It ended without saying so; null takes that for an end.
    @Nullable
    Failure cutShort(boolean said) {
        if (said) {
            return mutant.is("is_interrupted_where_a_stream_ends_before_its_answer_does")
                    ? null
                    : new Failure.Interrupted(NO_END);
        }
        String fault = streamed
                ? "is_unavailable_where_a_stream_ends_before_its_answer_begins"
                : "is_unavailable_where_an_answer_has_nothing_to_it";
        return mutant.is(fault) ? new Failure.EmptyReply(NO_END) : new Failure.Unavailable(NO_END, null);
    }

    /// @param ofRequest whether it is that of the request that is over
    /// @param answering whether an answer has begun
    Failure late(boolean said, boolean ofRequest, boolean answering) {
        if (ofRequest) {
            if (said) {
                return mutant.is("is_interrupted_when_the_time_of_the_request_is_over_amid_a_stream")
                        ? new Failure.OutOfTime()
                        : new Failure.Interrupted("no time left");
            }
            return mutant.is("blames_nobody_when_the_time_of_the_request_is_over")
                    ? new Failure.TimedOut("no time left")
                    : new Failure.OutOfTime();
        }
        if (said) {
            return mutant.is("gives_up_waiting_for_the_next_piece")
                    ? new Failure.TimedOut("too slow")
                    : new Failure.Interrupted("too slow");
        }
        String fault = streamed ? "gives_up_waiting_for_the_first_piece" : "gives_up_waiting_for_an_answer";
        boolean wrong = mutant.is(fault) && (streamed || !answering);
        return wrong ? new Failure.Unavailable("too slow", null) : new Failure.TimedOut("too slow");
    }

    /// @param counts whether this is the interrupt that the mutant is about
    Failure interrupted(boolean said, boolean counts) {
        if (!mutant.is("leaves_the_thread_interrupted")) {
            Thread.currentThread().interrupt();
        }
        boolean wrong = counts
                && mutant.is(
                        said
                                ? "is_cancelled_by_an_interrupt_amid_a_stream"
                                : "is_cancelled_by_an_interrupt_before_the_answer");
        return wrong ? new Failure.Interrupted("interrupted") : new Failure.Cancelled();
    }

    Failure cut(IOException e, boolean said, boolean answering) {
        if (e instanceof HttpConnectTimeoutException) {
            return mutant.is("gives_up_connecting_in_time")
                    ? new Failure.Unavailable("no connection", null)
                    : new Failure.TimedOut("no connection");
        }
        if (said) {
            return mutant.is("is_interrupted_where_a_stream_is_cut_after_its_content")
                    ? new Failure.Unavailable("cut", null)
                    : new Failure.Interrupted("cut");
        }
        return mutant.is(offence(e, answering)) ? new Failure.EmptyReply("cut") : new Failure.Unavailable("cut", null);
    }

    private String offence(IOException e, boolean answering) {
        if (e instanceof ConnectException) {
            return "is_unavailable_where_nobody_listens";
        }
        if (e instanceof ProtocolException) {
            return "is_unavailable_where_what_answers_is_no_http";
        }
        if (!answering && cameBeforeAnyByte(e)) {
            return "is_unavailable_where_the_line_is_cut_before_an_answer";
        }
        return streamed
                ? "is_unavailable_where_a_stream_is_cut_before_its_content"
                : "is_unavailable_where_an_answer_is_shorter_than_announced";
    }

    /// A line that is cut right behind a head may end the wait for that head, too, and the
    /// JDK's words alone tell.
    private static boolean cameBeforeAnyByte(IOException e) {
        return String.valueOf(e.getMessage()).contains("received no bytes");
    }

    private String masked(String words) {
        String masked = words;
        for (ApiKey key : settings.keys()) {
            masked = key.reveal().isEmpty() ? masked : masked.replace(key.reveal(), "***");
        }
        return masked;
    }
}
