//! The sentence for a leader, and what limits it.

use cpas_proto::words::{Frequency, Language, Period};

use super::{
    Baseline, Change, ChangePoint, Changes, Difference, Forecast, Horizon, LeftOut, Levels, OverTime, Position,
    Seasons, Series, Status, Subject, Target, Trend, Verdict,
    change_points::OVERDISPERSED,
    sentence::{aim, measure, number, per, percent, probability, status},
    series::POSITIONS_MAX,
};
use crate::domain::text::Text;

/// Most outliers that are named.
const OUTLIERS_NAMED: usize = 6;

/// What was computed beside position and levels.
pub(super) struct Said<'a> {
    pub trend: &'a Trend,
    pub difference: Option<Difference>,
    pub seasons: Option<&'a Seasons>,
    pub forecast: Option<&'a Forecast>,
    pub series: &'a Series,
}

/// Says in a few sentences what the numbers say, in both languages.
pub(super) fn statement(
    subject: &Subject,
    position: &Position,
    levels: &Levels,
    said: &Said<'_>,
    horizon: &Horizon,
) -> Text {
    let say = |language| {
        let parts = [
            level(subject, position, horizon, language),
            progress(subject, position, horizon, language),
            said.difference.map(|one| one.sentence(&subject.unit, language)).unwrap_or_default(),
            movement(subject, said.trend, language),
            change(subject, levels, language),
            season(subject, said, language),
            said.forecast.map(|one| one.sentence(&subject.unit, language)).unwrap_or_default(),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    Text::of(say(Language::En), say(Language::Fr))
}

fn level(subject: &Subject, position: &Position, horizon: &Horizon, language: Language) -> String {
    let name = if language == Language::En || subject.name.fr.is_empty() { &subject.name.en } else { &subject.name.fr };
    let name = if name.is_empty() { &subject.code } else { name };
    let place = match (&subject.area, language) {
        (Some(area), _) => area.clone(),
        (None, Language::En) => "whole mission".to_owned(),
        (None, Language::Fr) => "ensemble de la mission".to_owned(),
    };
    let assessed = horizon.assessed;
    match (position.latest, position.is_current, language) {
        (Some((period, value)), true, Language::En) => {
            format!("{name} ({place}): {} in {period}.", measure(value, &subject.unit, language))
        }
        (Some((period, value)), true, Language::Fr) => {
            format!("{name} ({place}) : {} en {period}.", measure(value, &subject.unit, language))
        }
        (Some((period, value)), false, Language::En) => format!(
            "{name} ({place}): no value for {assessed}; the last one known is {} in {period}.",
            measure(value, &subject.unit, language)
        ),
        (Some((period, value)), false, Language::Fr) => format!(
            "{name} ({place}) : aucune valeur pour {assessed} ; la dernière connue est {} en {period}.",
            measure(value, &subject.unit, language)
        ),
        (None, _, Language::En) => format!("{name} ({place}): no value is known up to the end of {assessed}."),
        (None, _, Language::Fr) => format!("{name} ({place}) : aucune valeur connue jusqu'à la fin de {assessed}."),
    }
}

fn progress(subject: &Subject, position: &Position, horizon: &Horizon, language: Language) -> String {
    let Some(target) = position.target else {
        return pick(
            language,
            "No target is set, so it cannot be judged.",
            "Aucune cible n'est fixée, on ne peut donc en juger.",
        );
    };
    let (Some(standing), Some(judged)) = (position.standing, position.judged) else {
        return String::new();
    };
    let aimed = aim(target.aim, &subject.unit, language);
    let by = target.period;
    if standing.status() == Status::Achieved {
        let ends = by.last_day(horizon.fiscal_start_month) > judged.until;
        return match (language, ends) {
            (Language::En, false) => format!("The target of {aimed} for {by} is met: achieved."),
            (Language::En, true) => {
                format!("The target of {aimed} for {by} is met already: achieved, and to be held until then.")
            }
            (Language::Fr, false) => format!("La cible de {aimed} pour {by} est tenue : atteint."),
            (Language::Fr, true) => {
                format!("La cible de {aimed} pour {by} est déjà tenue : atteint, à maintenir jusque-là.")
            }
        };
    }
    let word = status(standing.status(), language);
    match (standing.share, position.baseline) {
        (Some(share), Some(baseline)) => way(subject, share, standing.elapsed, baseline, target, language) + word + ".",
        _ if standing.status() == Status::NoData => match language {
            Language::En => format!(
                "The target is {aimed} for {by}; without a comparable baseline, what was to be expected by now cannot be told."
            ),
            Language::Fr => format!(
                "La cible est de {aimed} pour {by} ; sans base de référence comparable, on ne peut dire ce qui était attendu à ce jour."
            ),
        },
        _ if standing.met => match language {
            Language::En => format!("At this pace the target of {aimed} for {by} is met: {word}."),
            Language::Fr => format!("À ce rythme, la cible de {aimed} pour {by} est tenue : {word}."),
        },
        _ => match language {
            Language::En => format!("The target of {aimed} for {by} is not met: {word}."),
            Language::Fr => format!("La cible de {aimed} pour {by} n'est pas tenue : {word}."),
        },
    }
}

/// "That is 45 % of the way from 500 (2022) to at most 80 by 2026, where 50 % was expected by now: "
fn way(
    subject: &Subject,
    share: f64,
    elapsed: Option<f64>,
    baseline: Baseline,
    target: Target,
    language: Language,
) -> String {
    let from = measure(baseline.value, &subject.unit, language);
    let when = baseline.period.map(|period| format!(" ({period})")).unwrap_or_default();
    let to = aim(target.aim, &subject.unit, language);
    let by = target.period;
    let made = percent(share, language);
    let expected = elapsed.map(|elapsed| percent(elapsed, language));
    match (language, expected) {
        (Language::En, Some(expected)) => {
            format!(
                "That is {made} of the way from {from}{when} to {to} by {by}, where {expected} was expected by now: "
            )
        }
        (Language::En, None) => format!("That is {made} of the way from {from}{when} to {to} by {by}: "),
        (Language::Fr, Some(expected)) => {
            format!("Soit {made} du chemin de {from}{when} à {to} d'ici {by}, contre {expected} attendus à ce jour : ")
        }
        (Language::Fr, None) => format!("Soit {made} du chemin de {from}{when} à {to} d'ici {by} : "),
    }
}

fn movement(subject: &Subject, trend: &Trend, language: Language) -> String {
    let n = trend.n;
    let (Some(test), Some(slope)) = (&trend.mann_kendall, &trend.theil_sen) else {
        return match (n, language) {
            (0, _) => String::new(),
            (_, Language::En) => format!("With {n} value(s) there are too few for a trend."),
            (_, Language::Fr) => format!("Avec {n} valeur(s), il y en a trop peu pour une tendance."),
        };
    };
    let p = probability(test.p, language);
    let by = format!("{} {}", measure(slope.slope, &subject.unit, language), per(subject.frequency, language));
    let (low, high) = (number(slope.low, language), number(slope.high, language));
    match (trend.verdict, language) {
        (Verdict::Improving, Language::En) => {
            format!("The trend is improving: {by} (95 % interval {low} to {high}; p {p}, n = {n}).")
        }
        (Verdict::Worsening, Language::En) => {
            format!("The trend is worsening: {by} (95 % interval {low} to {high}; p {p}, n = {n}).")
        }
        (_, Language::En) => format!("No trend can be told from chance (p {p}, n = {n})."),
        (Verdict::Improving, Language::Fr) => {
            format!("La tendance s'améliore : {by} (intervalle à 95 % de {low} à {high} ; p {p}, n = {n}).")
        }
        (Verdict::Worsening, Language::Fr) => {
            format!("La tendance se dégrade : {by} (intervalle à 95 % de {low} à {high} ; p {p}, n = {n}).")
        }
        (_, Language::Fr) => format!("Aucune tendance ne se distingue du hasard (p {p}, n = {n})."),
    }
}

/// The latest change of level, which a steady trend does not show.
fn change(subject: &Subject, level: &Levels, language: Language) -> String {
    let real = |point: &&ChangePoint| point.change != Change::CodingBreak;
    let Some(latest) = level.changes.iter().rev().find(real) else { return String::new() };
    let (before, after) = (number(latest.before, language), measure(latest.after, &subject.unit, language));
    let period = latest.period;
    match (latest.change, language) {
        (Change::Rise, Language::En) => format!("Its level rose in {period}, from {before} to {after} on average."),
        (_, Language::En) => format!("Its level fell in {period}, from {before} to {after} on average."),
        (Change::Rise, Language::Fr) => format!("Son niveau a monté en {period}, de {before} à {after} en moyenne."),
        (_, Language::Fr) => format!("Son niveau a baissé en {period}, de {before} à {after} en moyenne."),
    }
}

fn season(subject: &Subject, said: &Said<'_>, language: Language) -> String {
    let at = |place: usize| said.series.points()[place].period;
    said.seasons.map(|seasons| seasons.sentence(&subject.unit, at, language)).unwrap_or_default()
}

/// What is to be known of changes of level and outliers.
pub(super) fn of_levels(level: &Levels, changes: Option<&Changes>) -> Vec<Text> {
    let mut cautions = Vec::new();
    for point in level.changes.iter().filter(|point| point.change == Change::CodingBreak) {
        let period = point.period;
        cautions.push(Text::of(
            format!("On one side of {period} there are only zeros: perhaps it was not recorded then; that is not called a change."),
            format!("D'un côté de {period}, il n'y a que des zéros : peut-être n'était-ce pas relevé ; cela n'est pas appelé un changement."),
        ));
    }
    if !level.outliers.is_empty() {
        let periods = level.outliers.iter().take(OUTLIERS_NAMED).map(Period::to_string).collect::<Vec<_>>().join(", ");
        let more = level.outliers.len().saturating_sub(OUTLIERS_NAMED);
        let (en, fr) = match more {
            0 => (String::new(), String::new()),
            more => (format!(" and {more} more"), format!(" et {more} autres")),
        };
        cautions.push(Text::of(
            format!("Far from the other values: {periods}{en}. Look whether they are right."),
            format!("Loin des autres valeurs : {periods}{fr}. Vérifiez qu'elles sont justes."),
        ));
    }
    if level.no_spread {
        cautions.push(Text::of(
            "Half of the values or more are the same, so that none is told as far from the others.",
            "La moitié des valeurs au moins sont les mêmes, aucune n'est donc signalée comme loin des autres.",
        ));
    }
    if changes.and_then(|changes| changes.dispersion).is_some_and(|dispersion| dispersion >= OVERDISPERSED) {
        cautions.push(Text::of(
            "The counts come in bursts, more than chance alone would have it; only changes that stand out from these are called changes.",
            "Les décomptes viennent par à-coups, plus que le seul hasard ne le voudrait ; seuls les changements qui s'en détachent sont retenus.",
        ));
    }
    cautions
}

/// What limits the analysis: what came with the series, what the target lacks, what the test assumes.
pub(super) fn cautions(
    subject: &Subject,
    series: &Series,
    position: &Position,
    trend: &Trend,
    left_out: LeftOut,
) -> Vec<Text> {
    let mut cautions = subject.cautions.clone();
    of_points(&mut cautions, left_out, trend);
    of_latest(&mut cautions, series);
    of_target(&mut cautions, subject, position);
    of_test(&mut cautions, subject, trend);
    cautions
}

fn of_points(cautions: &mut Vec<Text>, left_out: LeftOut, trend: &Trend) {
    let LeftOut { later, other_frequency } = left_out;
    if later > 0 {
        cautions.push(Text::of(
            format!("{later} value(s) end after the assessed period or the cut-off and are left out."),
            format!("{later} valeur(s) s'achèvent après la période évaluée ou la date d'arrêt et ne sont pas prises en compte."),
        ));
    }
    if other_frequency > 0 {
        cautions.push(Text::of(
            format!("{other_frequency} value(s) are for periods of another length than the indicator's and are left out."),
            format!("{other_frequency} valeur(s) portent sur des périodes d'une autre durée que celle de l'indicateur et ne sont pas prises en compte."),
        ));
    }
    if trend.cut {
        cautions.push(Text::of(
            format!("The trend looks at the latest {POSITIONS_MAX} periods only."),
            format!("La tendance ne porte que sur les {POSITIONS_MAX} dernières périodes."),
        ));
    }
}

/// What the latest value rests on.
fn of_latest(cautions: &mut Vec<Text>, series: &Series) {
    let Some(latest) = series.latest_point() else { return };
    let period = latest.period;
    if let Some(coverage) = latest.coverage.filter(|coverage| *coverage < 1.0) {
        cautions.push(Text::of(
            format!("The value of {period} covers {} of what it should.", percent(coverage, Language::En)),
            format!("La valeur de {period} couvre {} de ce qu'elle devrait.", percent(coverage, Language::Fr)),
        ));
    }
    if let Some(verified) = latest.share_verified.filter(|verified| *verified < 1.0) {
        cautions.push(Text::of(
            format!(
                "Of the observations behind the value of {period}, {} are verified.",
                percent(verified, Language::En)
            ),
            format!(
                "Parmi les observations derrière la valeur de {period}, {} sont vérifiées.",
                percent(verified, Language::Fr)
            ),
        ));
    }
}

fn of_target(cautions: &mut Vec<Text>, subject: &Subject, position: &Position) {
    if let Some(judged) = position.judged.filter(|judged| !judged.is_complete()) {
        let (known, whole, period) = (judged.known, judged.whole, judged.period);
        cautions.push(match subject.over_time {
            OverTime::Sum => Text::of(
                format!(
                    "Held against the target is {} for {period}, projected from {known} of {whole} parts of it.",
                    measure(judged.value, &subject.unit, Language::En)
                ),
                format!(
                    "La cible est comparée à {} pour {period}, projeté à partir de {known} parties sur {whole}.",
                    measure(judged.value, &subject.unit, Language::Fr)
                ),
            ),
            _ => Text::of(
                format!("Held against the target is the value of {known} of {whole} parts of {period}."),
                format!("La cible est comparée à la valeur de {known} parties sur {whole} de {period}."),
            ),
        });
    }
    if position.baseline_unlike {
        cautions.push(Text::of(
            "The baseline is for a period of another length than the target, so that the way between them cannot be measured.",
            "La base de référence porte sur une période d'une autre durée que la cible, le chemin entre elles ne peut donc être mesuré.",
        ));
    }
    if position.is_current && position.target.is_some() && position.judged.is_none() {
        cautions.push(Text::of(
            "The values cannot be brought to the length of the target's period.",
            "Les valeurs ne peuvent être ramenées à la durée de la période de la cible.",
        ));
    }
    if position.standing.is_some_and(|standing| standing.limit) {
        cautions.push(Text::of(
            "The baseline was already where the target is: it is a limit to keep, without a way to make.",
            "La base de référence répondait déjà à la cible : c'est une limite à tenir, sans chemin à parcourir.",
        ));
    }
}

fn of_test(cautions: &mut Vec<Text>, subject: &Subject, trend: &Trend) {
    let Some(test) = &trend.mann_kendall else { return };
    if test.cannot_be_significant() {
        cautions.push(Text::of(
            format!(
                "No order of these {} values could be significant at 5 % (smallest p {}): that no trend is seen says nothing.",
                test.n,
                probability(test.p_smallest, Language::En)
            ),
            format!(
                "Aucun ordre de ces {} valeurs ne pourrait être significatif à 5 % (plus petit p {}) : l'absence de tendance ne dit rien.",
                test.n,
                probability(test.p_smallest, Language::Fr)
            ),
        ));
    }
    if trend.no_range {
        cautions.push(Text::of(
            "A range is wanted but none is set, so that a movement is neither better nor worse.",
            "Une fourchette est visée mais non fixée : un mouvement n'est donc ni meilleur ni pire.",
        ));
    }
    if trend.neighbours_alike {
        let corrected = |language, en: &str| {
            trend.hamed_rao.map(|test| format!(" {en} {}.", probability(test.p, language))).unwrap_or_default()
        };
        cautions.push(Text::of(
            "Neighbouring values are alike beyond chance, which makes p smaller than it should be.".to_owned()
                + &corrected(Language::En, "Corrected for it (Hamed–Rao), p"),
            "Des valeurs voisines se ressemblent au-delà du hasard, ce qui rend p plus petit qu'il ne devrait."
                .to_owned()
                + &corrected(Language::Fr, "Corrigé de cela (Hamed–Rao), p"),
        ));
    }
    cautions.extend(trend.seasonal.map(|test| test.said()));
    if !matches!(subject.frequency, Frequency::Year | Frequency::FiscalYear) {
        cautions.push(Text::of(
            "The trend test takes values as independent and without seasons, and looks for a steady rise or fall only.",
            "Le test de tendance suppose des valeurs indépendantes et sans saisons, et ne cherche qu'une hausse ou une baisse régulière.",
        ));
    } else {
        cautions.push(Text::of(
            "The trend test takes values as independent and looks for a steady rise or fall only.",
            "Le test de tendance suppose des valeurs indépendantes et ne cherche qu'une hausse ou une baisse régulière.",
        ));
    }
}

fn pick(language: Language, en: &str, fr: &str) -> String {
    match language {
        Language::En => en.to_owned(),
        Language::Fr => fr.to_owned(),
    }
}
