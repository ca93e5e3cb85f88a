@NullMarked
package io.keywheel.experiments.rule;

import org.jspecify.annotations.NullMarked;
