/// A stand-in for Groq and Cerebras: a real HTTP server that speaks their wire, for tests, for the demo, and alone.
///
/// It shares no type with the gateway, so that an error in one is not repeated in the other.
module io.keywheel.simulator {
    requires transitive com.fasterxml.jackson.databind;
    requires info.picocli;
    requires static org.jspecify;

    exports io.keywheel.simulator;
}
