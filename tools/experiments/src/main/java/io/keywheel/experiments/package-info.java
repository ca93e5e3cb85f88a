/// Experiments with the rotation policy, for `./keywheel experiment`.
@NullMarked
package io.keywheel.experiments;

import org.jspecify.annotations.NullMarked;
