/// A simulator of Groq and Cerebras: an HTTP server with their APIs, for tests, for the demo, and as a program.
///
/// It shares no type with the gateway, so that a bug in one does not hide a bug in the other.
module io.keywheel.simulator {
    requires transitive com.fasterxml.jackson.databind;
    requires info.picocli;
    requires static org.jspecify;

    exports io.keywheel.simulator;
}
