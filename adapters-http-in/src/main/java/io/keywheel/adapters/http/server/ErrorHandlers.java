package io.keywheel.adapters.http.server;

/// The doors that HTTP requests come in by: each tells what went wrong in words of its own.
///
/// @param own the native door, and everything that is no door for chats
public record ErrorHandlers(ErrorSender own, ErrorSender openAi) {

    /// The errors of the door that `path` belongs to, whether or not there is anything at it.
    ErrorSender at(String path) {
        return isOpenAi(path) ? openAi : own;
    }

    /// OpenAI's paths, and the same ones below `/openai`, where Groq has them.
    public static boolean isOpenAi(String path) {
        return path.startsWith("/v1/") || path.startsWith("/openai/v1/");
    }
}
