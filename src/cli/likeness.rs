//! What somebody may have meant who misspelt a name.

/// How alike two names are, from 0 to 1 (Jaro), so that one is offered for the other: the threshold of clap, which does the
/// same for options and their values.
const ALIKE: f64 = 0.7;

/// `; did you mean `cause`?` for `casue`; nothing where no name is alike.
pub(super) fn did_you_mean<S: AsRef<str>>(word: &str, names: Vec<S>) -> String {
    let likeness = |name: &S| strsim::jaro(&word.to_ascii_lowercase(), name.as_ref());
    let likely = names.into_iter().map(|name| (likeness(&name), name)).filter(|(likeness, _)| *likeness > ALIKE);
    let nearest = likely.max_by(|(left, _), (right, _)| left.total_cmp(right));
    nearest.map_or_else(String::new, |(_, name)| format!("; did you mean `{}`?", name.as_ref()))
}
