/// The experiment that compares the rules: what is asked, what came of it, how it is told.
@NullMarked
package io.keywheel.experiments.rotation;

import org.jspecify.annotations.NullMarked;
