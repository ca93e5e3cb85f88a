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
import org.jspecify.annotations.Nullable;

/// What an adapter calls what went wrong, and what it calls otherwise for its crime.
final class LineFailures {

    static final String NO_END = "it ended before its answer did";

    private final ProviderSettings settings;
    private final Crime crime;
    private final boolean streamed;

    LineFailures(ProviderSettings settings, Crime crime, boolean streamed) {
        this.settings = settings;
        this.crime = crime;
        this.streamed = streamed;
    }

    /// @param speaks whether it answered in lines at all
    /// @param wait what it says about when to come back, in seconds
    Failure refused(int status, boolean speaks, String words, String wait) {
        if (!speaks) {
            return foreign(status, words);
        }
        String masked = crime.is(Fault.REPEATS_NO_KEY_OF_A_REFUSAL) ? words : masked(words);
        String message = crime.is(Fault.KEEPS_THE_WORDS_OF_A_REFUSAL) ? "no" : masked;
        boolean tells = !crime.is(Fault.TELLS_WHEN_A_LIMIT_ENDS);
        return failure(status, message, Duration.ofSeconds(tells ? Long.parseLong(wait) : 0));
    }

    /// Somebody else's words, on his way or before it. A status says enough but where it is just a page's.
    private Failure foreign(int status, String words) {
        if (status == 200 && crime.is(Fault.IS_UNAVAILABLE_WHERE_A_PAGE_IS_SERVED_INSTEAD)) {
            return new Failure.EmptyReply("a page");
        }
        if (status == 403 && crime.is(Fault.IS_UNAVAILABLE_WHERE_THE_NETWORK_FORBIDS)) {
            return new Failure.KeyRefused("a page");
        }
        return status == 200 || status == 403 || crime.is(Fault.GOES_BY_THE_STATUS_OF_A_REFUSAL_WITH_FOREIGN_WORDS)
                ? new Failure.Unavailable("it does not speak in lines", null)
                : failure(status, quoted(words), Duration.ZERO);
    }

    /// A line that is none of its own.
    Failure strange(String line, boolean said) {
        return said ? new Failure.Interrupted(quoted(line)) : new Failure.Unavailable(quoted(line), null);
    }

    private String quoted(String words) {
        return "it said " + (crime.is(Fault.REPEATS_NO_KEY_OF_WHAT_IT_CANNOT_READ) ? words : masked(words));
    }

    private Failure failure(int status, String message, Duration wait) {
        var upstreamError = new UpstreamError(
                crime.is(Fault.KEEPS_THE_STATUS_OF_A_REFUSAL) ? 418 : status, message, null, null, null);
        Kind kind = kind(status);
        if (Fault.unknown(kind).filter(crime::is).isPresent() && wait.isZero()) {
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
        String masked = crime.is(Fault.REPEATS_NO_KEY_OF_A_BROKEN_STREAM) ? words : masked(words);
        String message = crime.is(Fault.SAYS_IN_THE_PROVIDERS_WORDS_WHAT_BROKE_A_STREAM) ? "it broke" : masked;
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_THE_PROVIDER_BREAKS_AFTER_ITS_CONTENT)
                    ? new Failure.Unavailable(message, null)
                    : new Failure.Interrupted(message);
        }
        return crime.is(Fault.IS_UNAVAILABLE_WHERE_THE_PROVIDER_BREAKS_BEFORE_ITS_CONTENT)
                ? new Failure.EmptyReply(message)
                : new Failure.Unavailable(message, null);
    }

    /// It ended without saying so; null takes that for an end.
    @Nullable
    Failure cutShort(boolean said) {
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_A_STREAM_ENDS_BEFORE_ITS_ANSWER_DOES)
                    ? null
                    : new Failure.Interrupted(NO_END);
        }
        Fault fault = streamed
                ? Fault.IS_UNAVAILABLE_WHERE_A_STREAM_ENDS_BEFORE_ITS_ANSWER_BEGINS
                : Fault.IS_UNAVAILABLE_WHERE_AN_ANSWER_HAS_NOTHING_TO_IT;
        return crime.is(fault) ? new Failure.EmptyReply(NO_END) : new Failure.Unavailable(NO_END, null);
    }

    /// @param ofRequest whether it is that of the request that is over
    /// @param answering whether an answer has begun
    Failure late(boolean said, boolean ofRequest, boolean answering) {
        if (ofRequest) {
            if (said) {
                return crime.is(Fault.IS_INTERRUPTED_WHEN_THE_TIME_OF_THE_REQUEST_IS_OVER_AMID_A_STREAM)
                        ? new Failure.OutOfTime()
                        : new Failure.Interrupted("no time left");
            }
            return crime.is(Fault.BLAMES_NOBODY_WHEN_THE_TIME_OF_THE_REQUEST_IS_OVER)
                    ? new Failure.TimedOut("no time left")
                    : new Failure.OutOfTime();
        }
        if (said) {
            return crime.is(Fault.GIVES_UP_WAITING_FOR_THE_NEXT_PIECE)
                    ? new Failure.TimedOut("too slow")
                    : new Failure.Interrupted("too slow");
        }
        Fault fault = streamed ? Fault.GIVES_UP_WAITING_FOR_THE_FIRST_PIECE : Fault.GIVES_UP_WAITING_FOR_AN_ANSWER;
        boolean wrong = crime.is(fault) && (streamed || !answering);
        return wrong ? new Failure.Unavailable("too slow", null) : new Failure.TimedOut("too slow");
    }

    /// @param counts whether this is the interrupt that the crime is about
    Failure interrupted(boolean said, boolean counts) {
        if (!crime.is(Fault.LEAVES_THE_THREAD_INTERRUPTED)) {
            Thread.currentThread().interrupt();
        }
        boolean wrong = counts
                && crime.is(
                        said
                                ? Fault.IS_CANCELLED_BY_AN_INTERRUPT_AMID_A_STREAM
                                : Fault.IS_CANCELLED_BY_AN_INTERRUPT_BEFORE_THE_ANSWER);
        return wrong ? new Failure.Interrupted("interrupted") : new Failure.Cancelled();
    }

    Failure cut(IOException e, boolean said, boolean answering) {
        if (e instanceof HttpConnectTimeoutException) {
            return crime.is(Fault.GIVES_UP_CONNECTING_IN_TIME)
                    ? new Failure.Unavailable("no connection", null)
                    : new Failure.TimedOut("no connection");
        }
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_A_STREAM_IS_CUT_AFTER_ITS_CONTENT)
                    ? new Failure.Unavailable("cut", null)
                    : new Failure.Interrupted("cut");
        }
        return crime.is(offence(e, answering)) ? new Failure.EmptyReply("cut") : new Failure.Unavailable("cut", null);
    }

    private Fault offence(IOException e, boolean answering) {
        if (e instanceof ConnectException) {
            return Fault.IS_UNAVAILABLE_WHERE_NOBODY_LISTENS;
        }
        if (e instanceof ProtocolException) {
            return Fault.IS_UNAVAILABLE_WHERE_WHAT_ANSWERS_IS_NO_HTTP;
        }
        if (!answering && cameBeforeAnyByte(e)) {
            return Fault.IS_UNAVAILABLE_WHERE_THE_LINE_IS_CUT_BEFORE_AN_ANSWER;
        }
        return streamed
                ? Fault.IS_UNAVAILABLE_WHERE_A_STREAM_IS_CUT_BEFORE_ITS_CONTENT
                : Fault.IS_UNAVAILABLE_WHERE_AN_ANSWER_IS_SHORTER_THAN_ANNOUNCED;
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
