const label = (words: string): RegExp => new RegExp(`^[\\s\\p{P}\\p{S}]*(?:${words})[\\s\\p{P}\\p{S}]*$`, 'iu');
const start = (words: string): RegExp => new RegExp(`^[\\s\\p{P}\\p{S}]*(?:${words})`, 'iu');

/** A whole block that says only what it stands beside. */
export const labels = label(
  [
    'ad(?:vert)?|advertisements?|ads?|sponsored(?: content)?|promoted|paid (?:content|post)',
    '(?:story|article) continues (?:below|after)(?: (?:this )?ad(?:vertisement|vert)?)?|continue reading(?: below)?|scroll (?:down )?(?:to continue|for more)|(?:advertisement )?scroll to continue(?: reading)?',
    'anzeige|werbung|publicidad|publicité|pubblicità|publicidade|annons|annonce|annonse|advertentie|reklama?|реклама|реклам|広告|إعلان|광고|iklan|mainos|reklama',
    'share(?: (?:this|on|via)(?: \\p{L}+){0,2})?|tweet|email|e-mail|print|facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|copy(?: link)?(?: copied)?|copy link copied|link copied|save|bookmark',
    'teilen|drucken|merken|kommentare?|partager|imprimer|compartir|comentarios|condividi|stampa|commenti|delen|dela|skriv ut|поделиться',
    'comments?|\\d+ comments?|leave a (?:comment|reply)|post a comment|join the (?:conversation|discussion)|view comments|show comments|loading|please wait',
    "read more|more|see more|show more|learn more|view (?:more|gallery|all)|watch(?: now| more| live| video)?|play(?: video)?|listen(?: now)?|recommended|related(?: (?:articles?|stories|content|topics|posts|news|links|coverage|video))?|trending(?: now)?|most (?:read|popular|viewed)|more (?:stories|news|from .{1,40}|on .{1,40}|in .{1,40})|also (?:read|see)|up next|topics|tags?|categories|keywords|newsletters?|subscribe(?: now)?|sign (?:up|in)|log ?in|register|skip (?:to|past) .{1,40}|back to top|copyright|image (?:caption|source|credit)s?|media caption|get the latest|editor'?s? (?:picks?|choice)|popular|latest(?: news)?|must read|don'?t miss|you may (?:also )?like|hide caption|toggle caption|enlarge this image|open (?:this )?(?:photo|image) in gallery|placeholder image[- ]?\\d*",
    'am beliebtesten|meistgelesen|mehr zum thema|mehr themen.{0,30}|das könnte sie auch interessieren|lesen sie auch|auch interessant|empfohlener (?:redaktioneller|externer) inhalt|weiterlesen|startseite|seitennavigation|zum thema|verwandte themen',
    'lire aussi|à lire aussi|voir aussi|sur le même sujet|article réservé aux abonnés|lecture restreinte|la suite après cette publicité|lea también|leer más|te puede interesar|más (?:noticias|información)|noticias relacionadas|leggi anche|approfondisci|leia (?:também|mais)|saiba mais|veja também|lees ook|lees meer|läs (?:också|mer|även)|les også|læs også|читайте также|читать далее|по теме|関連記事|関連キーワード|おすすめ(?:情報|記事)?|あわせて読みたい|この記事は会員限定です|관련기사|اقرأ أيضا|相关新闻|相關新聞|延伸閱讀|baca juga|xem thêm|czytaj (?:też|także|więcej)|zobacz także|bkz|ilgili haberler',
  ].join('|'),
);

/** How a pointer to something else begins. Such a block is short, or mostly a link. */
export const pointers = start(
  [
    '(?:read|see|watch|hear|listen|view|more|also|click|tap|learn)(?: (?:more|also|next|here|now|this|on|about|the|our|full)){0,3}(?: (?:story|article|coverage|video|gallery|news))? ?[:>»|–—-]',
    "read (?:more|also|next|the full|our full|our)\\b|(?:also|must) read\\b|related(?: (?:article|story|stories|content|coverage|news))?s? ?[:>|]|see also\\b|more(?: on this| from| stories)\\b ?[:>]?|click here (?:to|for)|don't miss\\b|recommended ?:|you (?:may|might) (?:also )?(?:like|be interested)|what to read next",
    'lesen sie (?:auch|hier|mehr|dazu)|lies auch|mehr (?:zum thema|dazu|lesen|gastkommentare)|lesetipps?|auch interessant|zum weiterlesen|siehe auch',
    '(?:à )?lire (?:aussi|également|notre|la suite)|voir aussi|lea (?:también|además|más)|lee (?:también|más)|leer más|te puede interesar|también (?:te puede|puedes)|leggi anche|leggi (?:qui|tutto)|leia (?:também|mais)|veja (?:também|mais)|lees ook|lees verder|läs (?:också|mer|även)|les (?:også|mer)|læs også|читайте также|читайте (?:еще|ещё)|baca juga|xem thêm|czytaj (?:też|także|więcej)|اقرأ أيضا|延伸閱讀|関連記事',
  ].join('|'),
);

/** Invitations by the publisher, notes of rights and of pictures: whatever stands behind these words in a short block. */
export const invitations = new RegExp(
  [
    '\\bsign up (?:to|for|here|now|today|below)\\b.*(?:newsletter|e-?mail|briefing|inbox|alerts?|updates?)|\\bsubscribe (?:to|for|now|today|here)\\b|\\bdelivered (?:straight |directly |right )?to your (?:inbox|e-?mail)|\\b(?:free|daily|weekly|our|this) newsletters?\\b.*(?:sign|subscri|inbox|get|receive|deliver)|\\b(?:get|receive) (?:the|our) (?:latest|best|top|biggest).*(?:inbox|newsletter|e-?mail)',
    '^follow (?:us|me|him|her|them|@|\\p{Lu}).{0,80}\\b(?:twitter|facebook|instagram|linkedin|youtube|tiktok|google news|whatsapp|telegram)\\b|^like us on|^(?:join|download|get) (?:us|our|the) .{0,60}\\b(?:app|facebook|whatsapp|telegram|channel|group)\\b|^(?:download|get) the .{1,40} app\\b',
    'already (?:a subscriber|have an account|registered)|to continue reading|(?:create an account|register|sign in|log in) .{0,40}(?:continue|to (?:read|comment|save))|this (?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:subscribers|members)|by (?:signing up|subscribing|entering your e-?mail|clicking)|we use cookies|this website uses cookies|you can unsubscribe|terms (?:of (?:use|service)|and conditions) (?:and|apply)',
    '(?:be the first to|click here to|please) comment|have your say|(?:do you have|got) a (?:story|news tip|tip)\\b.*\\?|contact us at|email (?:us|the author)',
    'newsletter.{0,60}(?:abonnier|anmeld|bestell)|abonnieren sie|jetzt (?:abonnieren|anmelden)|für abonnenten|(?:abonnez|inscrivez)-vous|réservée? aux abonnés|il vous reste .{1,12} de cet article|suscríbete|suscríbase|solo para suscriptores|iscriviti|abbonati|riservato agli abbonati|assine|inscreva-se|abonneer|meld je aan|prenumerera|tegn abonnement|подпи(?:шитесь|саться)|会員登録|会員限定|有料会員|残り\\d+文字|구독',
    '^(?:this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published)|a version of this (?:article|story))',
  ].join('|'),
  'iu',
);

/** Who holds the rights, or took the picture. */
export const rights =
  /^\s*(?:©|\(c\)\s|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|無断転載|\(?\s*(?:photo|picture|image|foto|video|photograph|credit|bild|quelle|source|crédit)s?(?:\s*(?:credit|by|courtesy(?: of)?|source))?\s*[:©/])/iu;
/** A picture's agency at the end of its caption. */
export const pictureCredit =
  /(?:©|\bAP Photo\b|\bAFP(?: Photo)?\s?\/|\bGetty Images\b|\bREUTERS\s?\/|\bIMAGO\b|\bShutterstock\b|\biStock\b|\bpicture[ -]alliance\b|\bEPA(?:-EFE)?\s?\/|\b(?:Photo|Photograph|Picture|Image)s? (?:by|courtesy of|via|:)).{0,80}$/u;
/** A line at an article's head that says who wrote it, and when. */
export const byline =
  /^\s*(?:by|von|par|por|di|door|av|af|от|автор|written by|reporting by|posted by|published(?: (?:by|on|at))?|posted(?: on| at)?|updated(?: (?:on|at))?|last (?:updated|modified)|first published|aktualisiert|veröffentlicht|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|publicerad|uppdaterad|oppdatert|publisert|опубликовано|обновлено)\b[^.!?]{0,100}$/iu;
export const dateLine =
  /^(?=[^a-z]*\p{L}*[^.!?]{0,90}$)(?=.*\d)(?:.{0,30}(?:\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,2}|\b\d{1,2}(?:st|nd|rd|th)?\.? (?:de )?\p{L}{3,10}\.?,? (?:de )?\d{4}\b|\b\p{L}{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b|\b\d{1,2}:\d{2}\b).{0,50}|.{0,15}\d+ ?(?:min(?:ute)?s?|hours?|days?)\b(?: read| ago)?.{0,15})$/iu;
