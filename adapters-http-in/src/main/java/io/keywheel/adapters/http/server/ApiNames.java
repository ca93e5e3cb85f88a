package io.keywheel.adapters.http.server;

/// What requests to one API are counted as.
///
/// @param whole those whose answer comes at once: `messages`
/// @param streamed those whose answer comes in events: `messages_stream`
public record ApiNames(String whole, String streamed) {

    /// What requests are counted as that ask for no chat.
    public static final ApiNames NO_CHAT = new ApiNames("other");

    /// For an API that has only one form of answers.
    public ApiNames(String only) {
        this(only, only);
    }
}
